"""The administrators' pages: records, jobs, rules, places."""

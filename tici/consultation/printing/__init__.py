"""Papers of consultations: the notice, the reply form with its boxes, letters of answer, and what is published."""

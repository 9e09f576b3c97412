"""Reads what residents send (征求意见): letters, faxes, scans and mails become text, points, slots, themes and groups.

Each part is a module of its own and is imported by its name, so that nobody waits for a model not asked for::

    from tici.engines.opinions import mails, pages, points, slots

    mail = mails.read(raw)
    for point in points.split(mail.text):
        found = slots.extract(point.text, gazetteer)

===============  ==============================================================================
`mails`          bytes of a mail: subject, text, attachments, and whether a person wrote it
`pages`          a file of pages: TIFF faxes, PDF, pictures; their text layer or their pictures
`ocr`            a page's printed lines with their places and scores
`reply_form`     a form with tick boxes, drawn for print and read back from the same geometry
`points`         a text cut into what it asks for, each with its offsets
`slots`          lines, schools, aspects, times with their role, shifts, places, stance
`themes`         the likeliest themes from few labels
`duplicates`     the same request sent more than once
`masking`        what tells who a person is
`rendering`      pages as a scanner, a fax or a telephone would make them, for demonstrations and tests
===============  ==============================================================================
"""

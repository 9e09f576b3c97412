"""The ways in and out that are not pages: a mailbox, a folder, a hotline's sheet. Each hands over to the one intake."""

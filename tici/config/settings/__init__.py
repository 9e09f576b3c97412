"""Settings of three kinds of running: embedded (one command, own database), production and test; all stand on base."""

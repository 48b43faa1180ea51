"""What somebody has typed into a form and not sent yet, kept on the server so that any device can go on with it."""

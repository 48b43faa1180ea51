"""What people do in the forums, one function per thing: authorise, check, write, tell."""

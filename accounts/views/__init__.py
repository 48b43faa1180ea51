"""Pages of accounts. Sign-in, passwords, second factors are allauth's views with our templates."""

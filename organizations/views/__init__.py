"""Pages of organizations: ``public`` for anybody, ``administration`` for their admins."""

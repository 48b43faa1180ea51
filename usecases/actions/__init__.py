"""What people do with stories. Import the module by noun: ``drafts``, ``lifecycle``, ``exports``, …"""

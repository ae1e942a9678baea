"""Notify: what needs a person reaches that person: mail, webhook, syslog. Nothing leaves unless it is configured."""

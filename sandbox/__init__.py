"""Stand-ins for Telegram, Twilio and Slack on this machine; the service never imports them."""

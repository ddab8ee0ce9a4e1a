"""A release that was downloaded, against all that it says of itself."""

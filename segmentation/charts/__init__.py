"""One function per picture: a finished table in, a plotly figure out, no arithmetic."""

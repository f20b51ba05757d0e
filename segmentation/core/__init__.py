"""What every package needs: errors, settings, the tables that flow, text for readers, work shared between cores."""

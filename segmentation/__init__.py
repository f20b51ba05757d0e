"""Customer segmentation: from files to personas, and from one customer to a persona.

The library knows nothing of the browser. Data flows one way:
bytes → tables → features → recipe → segmentation → personas.
"""

__version__ = "0.1.0"

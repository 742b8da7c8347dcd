"""What holds of every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A machine that is busy with other work is slow, and no test is about time.
settings.register_profile("incdsl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("incdsl")

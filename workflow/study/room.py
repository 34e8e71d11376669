"""Whether the machine has room for any run at all, before the first one."""

from study.mistake import ConfigError
from study.types import Config
from supervisor.machine import MIB, available_memory, memory_floor


def check_room(config: Config) -> None:
    """Raise `ConfigError` if less memory is available than every run must leave."""
    floor, setting = memory_floor(config["memory_floor_percent"], config["memory_floor_mib"])
    available = available_memory()
    if available <= floor:
        raise ConfigError(
            (setting,),
            f"a run is ended when less than {floor / MIB:.0f} MiB of memory is available, and now "
            f"there are {available / MIB:.0f} MiB: lower it, or end other programs",
        )

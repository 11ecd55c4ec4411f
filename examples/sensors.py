"""Readings of devices, many of them corrected later; what is kept of them for each device, and for each of its days."""

from models.declare import *  # noqa: F403  # as in every model file


class Device(Row, table="devices", key="device", label="place"):
    device: str
    place: str
    installed: date | None


class Reading(Row, table="readings", key=("device", "taken_at"), group="device"):
    device: str
    taken_at: datetime
    temperature: Annotated[Decimal, Field(ge=-300, le=5000, max_digits=9, decimal_places=4)] | None
    battery: Annotated[int, Field(ge=0, le=100)] | None
    alarms: Annotated[list[str], Separated("|")] | None


class DeviceFeatures(Features, table="device_features", of=Reading):
    readings = Count()
    coldest = Min("temperature")
    warmest = Max("temperature")
    mean_temperature = Mean("temperature")
    last_battery = Last("battery", by="taken_at")
    alarms = CountItems("alarms")
    alarm_kinds = CountDistinct("alarms")
    usual_alarm = MostCommon("alarms", ties="usual_alarms")


class DeviceDays(Features, table="device_days", of=Reading, by=("device", "day(taken_at)")):
    readings = Count()
    faulty = Count(where="temperature is None or temperature < -270")
    coldest = Min("temperature")
    warmest = Max("temperature")
    spread = StdDev("temperature")
    first_temperature = First("temperature", by="taken_at")

"""Days and deadlines. Every instant is kept in UTC and judged in Shanghai (CLK-1)."""

from mianzheng.clock.days import SHANGHAI, day_of, shanghai_day

__all__ = ["SHANGHAI", "day_of", "shanghai_day"]

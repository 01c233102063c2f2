//! A budget that refills evenly, shared by every instance.

use std::{num::NonZeroU32, sync::LazyLock, time::Duration};

use redis::Script;

use super::Redis;

/// The generic cell rate algorithm over one number: when the budget will be whole again, a minute from now
/// at the latest. The clock is Redis's own, so that instances need not agree. Whatever else stands there
/// is a budget that nobody has touched.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local period, cost, limit = 60000000, tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local kept = tonumber(redis.pcall('GET', KEYS[1])) or now
local whole_at = now
if kept > now and kept <= now + period then whole_at = kept end
local then_whole_at = whole_at + cost * period / limit
local over = then_whole_at - period - now
if over > 0 then
    return {0, math.ceil(over / 1000), math.floor((period - (whole_at - now)) * limit / period)}
end
redis.call('SET', KEYS[1], string.format('%.0f', then_whole_at), 'PX', math.ceil((then_whole_at - now) / 1000))
return {1, 0, math.floor(-over * limit / period)}
",
    )
});

/// So many points a minute.
#[derive(Clone, Copy, Debug)]
pub struct Quota(pub NonZeroU32);

/// What became of a wish for points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// They were taken, and so many are left.
    Yes { remaining: u32 },
    /// There are too few; wait so long.
    No { wait: Duration },
}

impl Quota {
    /// Takes points from the budget of that name; nothing, when Redis does not answer.
    pub async fn take(self, redis: &Redis, name: &str, points: u32) -> Option<Taken> {
        let (taken, wait_ms, remaining): (u8, u64, i64) = redis
            .ask(async |mut connection| {
                TAKE.key(format!("mfp:budget:{name}"))
                    .arg(points)
                    .arg(self.0.get())
                    .invoke_async(&mut connection)
                    .await
            })
            .await?;
        Some(if taken == 1 {
            Taken::Yes {
                remaining: u32::try_from(remaining).unwrap_or_default(),
            }
        } else {
            Taken::No {
                wait: Duration::from_millis(wait_ms),
            }
        })
    }
}

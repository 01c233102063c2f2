//! One provider's lane: how fast, how many at once, and whether at all.
//!
//! The pace grows by a tenth a second and halves when the provider complains of many messages; failures
//! in a row close the lane for five seconds, after which one message tries whether it is open again.
//! Lanes know nothing of each other, so that one that is down slows down no other.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entities::enums::PushProvider;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until},
};
use uuid::Uuid;

use crate::domain::push::gateway::Gateway;

/// Between two messages at first, and at the fastest. FCM allows 10,000 a second by default, and wants
/// to be approached slowly; of RuStore no figure is published.
const fn gaps(provider: PushProvider) -> (Duration, Duration) {
    let (first, fastest) = match provider {
        PushProvider::Fcm | PushProvider::Apns => (250, 50),
        PushProvider::WebPush => (500, 50),
        PushProvider::Rustore => (10_000, 200),
    };
    (Duration::from_micros(first), Duration::from_micros(fastest))
}

/// The slowest pace: ten messages a second.
const SLOWEST: Duration = Duration::from_millis(100);
/// A second's growth of the pace, as what is left of the gap.
const GROWTH: f64 = 10.0 / 11.0;
const SECOND: Duration = Duration::from_secs(1);
/// A complaint is about the pace if one of so many messages meets it. Fewer are those messages' own
/// matter: at one in a hundred, halving for each would come down to some ten messages a second.
const COMPLAINTS_ONE_IN: u32 = 10;
/// So many failures in a row close the lane …
const MOST_FAILURES: u32 = 10;
/// … for so long, until one message tries it.
const CLOSED: Duration = Duration::from_secs(5);
/// A lane whose credentials or settings are wrong waits for somebody to mend them.
const MISCONFIGURED: Duration = Duration::from_secs(60);
/// Of so many campaigns it is remembered that their message is at fault; of an older one another message
/// is refused first.
const MOST_GIVEN_UP: usize = 100;
/// A try that has not come back for so long is as good as none.
const PROBE: Duration = Duration::from_secs(30);

/// A provider's lane in this process.
pub struct Lane {
    pub provider: PushProvider,
    /// None: the provider is not set up.
    pub gateway: Option<Arc<dyn Gateway>>,
    seats: Arc<Semaphore>,
    state: Mutex<State>,
    calls: Notify,
    /// Campaigns whose message the provider does not take, and why.
    given_up: Mutex<VecDeque<(Uuid, &'static str)>>,
}

struct State {
    gap: Duration,
    fastest: Duration,
    next_at: Instant,
    grown_at: Instant,
    cut_at: Option<Instant>,
    /// What came back lately, the older counting half with every second.
    answers: u32,
    complaints: u32,
    counted_at: Instant,
    failures: u32,
    closed_until: Option<Instant>,
    /// Until when the provider has asked not to be asked.
    named_until: Option<Instant>,
    probing_since: Option<Instant>,
}

/// A place in the lane, held while a message is on its way.
pub struct Seat(OwnedSemaphorePermit);

impl Seat {
    /// Lets another message go.
    pub fn leave(self) {
        drop(self.0);
    }
}

impl Lane {
    /// A lane at its first pace.
    #[must_use]
    pub fn new(provider: PushProvider, gateway: Option<Arc<dyn Gateway>>) -> Self {
        let most = gateway
            .as_ref()
            .map_or(1, |gateway| gateway.in_flight_at_most().max(1));
        Self {
            provider,
            gateway,
            seats: Arc::new(Semaphore::new(most)),
            state: Mutex::new(State::new(provider, Instant::now())),
            calls: Notify::new(),
            given_up: Mutex::default(),
        }
    }

    /// As metrics and the log name it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.provider {
            PushProvider::Fcm => "fcm",
            PushProvider::Apns => "apns",
            PushProvider::Rustore => "rustore",
            PushProvider::WebPush => "web_push",
        }
    }

    /// Waits for a place and for its turn; `None`: the lane is closed.
    pub async fn admit(&self) -> Option<Seat> {
        let seat = Arc::clone(&self.seats).acquire_owned().await.ok()?;
        let turn = self.state().turn(Instant::now())?;
        if turn > Instant::now() {
            sleep_until(turn).await;
            // It may have closed meanwhile.
            if self.state().is_shut(Instant::now()) {
                return None;
            }
        }
        Some(Seat(seat))
    }

    /// The provider has answered for one device, well or badly.
    pub fn answered(&self) {
        self.state().answer(Instant::now());
    }

    /// The provider could not serve one device, for reasons of its own.
    pub fn stumbled(&self) {
        self.state().stumble(Instant::now());
    }

    /// A message that had its turn did not go: whoever tries the lane next is the first again.
    pub fn untried(&self) {
        self.state().probing_since = None;
    }

    /// The provider wants to be asked later, or does not answer.
    pub fn troubled(&self, after: Option<Duration>) {
        self.state().trouble(after, Instant::now());
    }

    /// The provider does not take what this service is.
    pub fn misconfigured(&self) {
        self.state().close(Instant::now() + MISCONFIGURED);
    }

    /// For how long nothing goes this way; `None`: it is open.
    #[must_use]
    pub fn closed_for(&self) -> Option<Duration> {
        self.state().closed_for(Instant::now())
    }

    /// Wakes whoever waits for something to send.
    pub fn call(&self) {
        self.calls.notify_waiters();
    }

    /// Waits for a call.
    pub async fn called(&self) {
        self.calls.notified().await;
    }

    /// Nothing more of that campaign goes this way: its message is at fault.
    pub fn give_up(&self, campaign_id: Uuid, why: &'static str) {
        let mut given_up = self.given_up();
        if given_up.iter().any(|(id, _)| *id == campaign_id) {
            return;
        }
        if given_up.len() == MOST_GIVEN_UP {
            given_up.pop_front();
        }
        given_up.push_back((campaign_id, why));
    }

    /// It was not its message.
    pub fn forgive(&self, campaign_id: Uuid) {
        self.given_up().retain(|(id, _)| *id != campaign_id);
    }

    /// Why nothing of that campaign goes this way; `None`: it may.
    #[must_use]
    pub fn has_given_up(&self, campaign_id: Uuid) -> Option<&'static str> {
        let given_up = self.given_up();
        let known = given_up.iter().find(|(id, _)| *id == campaign_id);
        known.map(|(_, why)| *why)
    }

    fn given_up(&self) -> MutexGuard<'_, VecDeque<(Uuid, &'static str)>> {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While one message tries whether the lane is open, the others look again this soon.
const SHORTLY: Duration = Duration::from_millis(50);

impl State {
    fn new(provider: PushProvider, now: Instant) -> Self {
        let (gap, fastest) = gaps(provider);
        Self {
            gap,
            fastest,
            next_at: now,
            grown_at: now,
            cut_at: None,
            answers: 0,
            complaints: 0,
            counted_at: now,
            failures: 0,
            closed_until: None,
            named_until: None,
            probing_since: None,
        }
    }

    /// When the next message may go.
    fn turn(&mut self, now: Instant) -> Option<Instant> {
        if let Some(until) = self.closed_until {
            let is_probing = self
                .probing_since
                .is_some_and(|since| now.duration_since(since) < PROBE);
            if now < until || is_probing {
                return None;
            }
            self.probing_since = Some(now);
        }
        if now.duration_since(self.grown_at) >= SECOND {
            self.gap = self.gap.mul_f64(GROWTH).max(self.fastest);
            self.grown_at = now;
        }
        let turn = self.next_at.max(now);
        self.next_at = turn + self.gap;
        Some(turn)
    }

    fn answer(&mut self, now: Instant) {
        self.age(now);
        self.answers = self.answers.saturating_add(1);
        self.failures = 0;
        // What was on its way when the provider named a time does not take that back.
        if self.named_until.is_some_and(|until| now < until) {
            return;
        }
        self.closed_until = None;
        self.probing_since = None;
    }

    /// One that fails is that device's matter, and in a row they are an outage. What is down is not too
    /// slow: the pace stays.
    fn stumble(&mut self, now: Instant) {
        let was_probing = self.probing_since.take().is_some();
        self.failures = self.failures.saturating_add(1);
        if was_probing || self.failures >= MOST_FAILURES {
            self.close(now + CLOSED);
        }
    }

    fn trouble(&mut self, after: Option<Duration>, now: Instant) {
        let was_probing = self.probing_since.take().is_some();
        self.failures = self.failures.saturating_add(1);
        self.age(now);
        self.complaints = self.complaints.saturating_add(1);
        let is_outage = was_probing || self.failures >= MOST_FAILURES;
        if !is_outage && !self.is_complained_of_much() {
            return;
        }
        let cut_lately = self
            .cut_at
            .is_some_and(|at| now.duration_since(at) < SECOND);
        // Only a lane that is open learns its pace.
        if self.closed_until.is_none() && !cut_lately {
            self.gap = (self.gap * 2).min(SLOWEST);
            (self.cut_at, self.grown_at) = (Some(now), now);
        }
        match after {
            Some(after) => {
                let until = now + after;
                self.named_until = Some(self.named_until.map_or(until, |named| named.max(until)));
                self.close(until);
            }
            None if is_outage => self.close(now + CLOSED),
            None => {}
        }
    }

    fn is_complained_of_much(&self) -> bool {
        let all = self.answers.saturating_add(self.complaints);
        self.complaints.saturating_mul(COMPLAINTS_ONE_IN) >= all
    }

    fn age(&mut self, now: Instant) {
        if now.duration_since(self.counted_at) >= SECOND {
            self.answers /= 2;
            self.complaints /= 2;
            self.counted_at = now;
        }
    }

    fn close(&mut self, until: Instant) {
        self.closed_until = Some(self.closed_until.map_or(until, |before| before.max(until)));
        self.probing_since = None;
    }

    /// Whether nobody may go, whoever has had a turn.
    fn is_shut(&self, now: Instant) -> bool {
        self.closed_until.is_some_and(|until| now < until)
    }

    fn closed_for(&self, now: Instant) -> Option<Duration> {
        let until = self.closed_until?;
        if now < until {
            return Some(until - now);
        }
        let since = self.probing_since?;
        (now.duration_since(since) < PROBE).then_some(SHORTLY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(now: Instant) -> State {
        State::new(PushProvider::Fcm, now)
    }

    #[test]
    fn turns_follow_each_other_at_the_pace() {
        let now = Instant::now();
        let mut state = state(now);
        assert_eq!(state.turn(now), Some(now));
        assert_eq!(state.turn(now), Some(now + Duration::from_micros(250)));
        let later = now + SECOND;
        assert_eq!(state.turn(later), Some(later));
        assert!(state.gap < Duration::from_micros(250));
    }

    #[test]
    fn a_complaint_halves_the_pace_once_a_second() {
        let now = Instant::now();
        let mut state = state(now);
        state.trouble(None, now);
        state.trouble(None, now);
        assert_eq!(state.gap, Duration::from_micros(500));
        state.trouble(None, now + SECOND);
        assert_eq!(state.gap, Duration::from_micros(1000));
    }

    #[test]
    fn nothing_goes_before_the_time_that_the_provider_named() {
        let now = Instant::now();
        let mut state = state(now);
        state.trouble(Some(Duration::from_secs(60)), now);
        assert_eq!(state.turn(now + Duration::from_secs(59)), None);
        assert!(state.turn(now + Duration::from_secs(60)).is_some());
    }

    #[test]
    fn failures_in_a_row_close_the_lane_until_one_message_gets_through() {
        let now = Instant::now();
        let mut state = state(now);
        for _ in 0..MOST_FAILURES {
            state.trouble(None, now);
        }
        assert_eq!(state.turn(now), None);
        let later = now + CLOSED;
        assert!(state.turn(later).is_some(), "one tries");
        assert_eq!(state.turn(later), None, "the others wait");
        state.trouble(None, later);
        assert_eq!(state.turn(later), None);
        let again = later + CLOSED;
        assert!(state.turn(again).is_some());
    }

    #[test]
    fn a_complaint_of_few_messages_is_not_about_the_pace() {
        let now = Instant::now();
        let mut state = state(now);
        for _ in 0..99 {
            state.answer(now);
        }
        state.trouble(Some(SECOND), now);
        assert_eq!(state.gap, Duration::from_micros(250));
        assert!(state.turn(now).is_some());
        for _ in 0..MOST_FAILURES {
            state.trouble(Some(SECOND), now);
        }
        assert_eq!(state.gap, Duration::from_micros(500));
        assert_eq!(state.turn(now), None, "of many it is");
    }

    #[test]
    fn an_answer_that_was_on_its_way_does_not_open_the_lane_before_its_time() {
        let now = Instant::now();
        let mut state = state(now);
        state.trouble(Some(Duration::from_secs(60)), now);
        state.answer(now + SECOND);
        assert_eq!(state.turn(now + SECOND), None);
        let later = now + Duration::from_secs(60);
        assert!(state.turn(later).is_some());
        state.answer(later);
        assert_eq!(state.closed_for(later), None);
    }

    #[test]
    fn whoever_waited_for_a_turn_does_not_go_in_the_last_moment_of_a_closed_lane() {
        let now = Instant::now();
        let mut state = state(now);
        state.trouble(Some(SECOND), now);
        let opens_at = now + SECOND;
        assert!(state.is_shut(opens_at - SHORTLY / 2));
        assert!(!state.is_shut(opens_at));
    }

    #[test]
    fn an_outage_closes_the_lane_and_leaves_its_pace() {
        let now = Instant::now();
        let mut state = state(now);
        for _ in 1..MOST_FAILURES {
            state.stumble(now);
            assert_eq!(state.closed_for(now), None);
        }
        state.stumble(now);
        assert_eq!(state.turn(now), None);
        assert_eq!(state.gap, Duration::from_micros(250));
        let later = now + CLOSED;
        assert!(state.turn(later).is_some(), "one tries");
        state.stumble(later);
        assert_eq!(state.turn(later), None);
        state.answer(later);
        assert!(state.turn(later).is_some());
    }
}

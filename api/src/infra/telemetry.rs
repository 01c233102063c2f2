//! Logs and metrics. Neither ever carries a person's data or who belongs to what.

use std::panic::PanicHookInfo;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::infra::config::{LogFormat, Settings};

/// The upper bounds of latency buckets in seconds, from a cached answer to the request deadline.
const LATENCY_BUCKETS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 4.0,
];

/// Sends log lines to standard error, one JSON object each in production.
///
/// # Errors
/// Says what is wrong with the filter of `MFP_LOG`.
pub fn start_logging(settings: &Settings) -> Result<(), String> {
    let filter =
        EnvFilter::try_new(&settings.log).map_err(|cause| format!("setting MFP_LOG: {cause}"))?;
    let registry = tracing_subscriber::registry().with(filter);
    let started = match settings.log_format() {
        LogFormat::Json => registry
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_span_list(false)
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        LogFormat::Text => registry
            .with(fmt::layer().with_writer(std::io::stderr))
            .try_init(),
    };
    started.map_err(|cause| format!("logging: {cause}"))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// A panic becomes one line of the log, inside the span of the request that met it.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let words = panic.payload_as_str().unwrap_or("without words");
    tracing::error!(place, "panicked: {words}");
}

/// Starts collecting metrics for this process.
///
/// # Errors
/// When the process collects them already.
pub fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("seconds".into()), &LATENCY_BUCKETS)?
        .install_recorder()
}

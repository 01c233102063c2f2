//! `mfp-api staff create`: the first administrator. There is no default account.

use super::{
    command_line::say,
    prepare::{self, Opened},
};
use crate::{
    domain::accounts::{contact::Email, staff::create_first},
    infra::config::Settings,
};

/// Makes an administrator and prints the token by which they set a password.
pub async fn create(settings: &Settings, email: &str) -> Result<(), String> {
    let email = Email::parse(email).map_err(|_| format!("{email:?} is not an e-mail address"))?;
    let Opened {
        database,
        clock,
        identity,
    } = prepare::open(settings).await?;
    let accounts = identity.accounts();
    let token = create_first(&accounts, &database, &email, clock.now())
        .await
        .map_err(|_| "the account could not be made; the log says why".to_owned())?;
    say(&format!(
        "set-up token, good once and for 15 minutes: {token}"
    ));
    say(
        "give it to staffInvitationAccept with a password, then connect an app: totpEnrol, totpConfirm",
    );
    Ok(())
}

//! `mfp-api staff create`: the first administrator. There is no default account.

use super::{Identity, command_line::say, prepare};
use crate::{
    domain::accounts::{Accounts, contact::Email, staff::create_first},
    infra::config::Settings,
};

/// Makes an administrator and prints the token by which they set a password.
pub async fn create(settings: &Settings, email: &str) -> Result<(), String> {
    let email = Email::parse(email).map_err(|_| format!("{email:?} is not an e-mail address"))?;
    let database = prepare::database(settings).await?;
    let clock = prepare::clock(settings, &database).await?;
    let identity = Identity::load(settings, &database, &clock).await?;
    let accounts = Accounts::new(identity.vault, identity.keys, "");
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

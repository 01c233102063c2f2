//! Taking an uploaded picture: whose it is, whether it may be, what it turns out to be, and keeping it.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    rules::{
        BYTES_OF_ACCOUNT, FILES_OF_ACCOUNT, LONGEST_ALT, QUOTA_WITHIN, UPLOAD_ENDS, plain_name,
        plain_text,
    },
    sweeping,
    types::MediaErrorCode,
};
use crate::{
    domain::{
        accounts::{Accounts, Permitted, lock_account},
        media::{
            MediaLibrary, NewAsset, Picture, Prepared, StorageTrouble, find_by_source,
            insert_asset, prepare, uploaded_bytes, wait_anew,
        },
        organisations::{covers, find_by_slug},
    },
    infra::{
        audit,
        auth::{Permission, Viewer},
        db::Database,
        digest::sha256_hex,
        error::Error,
        throttle,
    },
};

/// How the throttle calls an upload.
const UPLOADED: &str = "media-uploaded";

/// A file as it came, and what its sender says of it.
pub struct UploadedImage<'a> {
    /// The slug of the organisation that it is for.
    pub organisation: &'a str,
    pub alt: Option<&'a str>,
    pub name: Option<&'a str>,
    pub request_id: &'a str,
    pub file: Bytes,
}

/// The picture that came of it.
pub struct Received {
    pub picture: Picture,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// What an upload leads to, once it is known whose it is.
struct Intake<'a> {
    database: &'a Database,
    staff: Permitted,
    organisation_id: Uuid,
    uploader: String,
    source_checksum: String,
    bytes: i64,
    now: DateTime<Utc>,
}

/// Takes a file from whoever may write drafts in the organisation. The same file, sent again to the same
/// organisation, gives the same picture.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told. Then nothing is left behind.
pub async fn receive_image(
    accounts: &Accounts,
    database: &Database,
    library: &MediaLibrary,
    viewer: &Viewer,
    upload: UploadedImage<'_>,
    now: DateTime<Utc>,
) -> Result<Result<Received, MediaErrorCode>, Error> {
    let staff = accounts
        .permit(
            database,
            viewer,
            Permission::DraftContent,
            upload.request_id,
            now,
        )
        .await?;
    let Some(organisation) = find_by_slug(database.reader(), upload.organisation).await? else {
        return Ok(Err(MediaErrorCode::OrganisationNotFound));
    };
    if !covers(database.reader(), &staff.reach, organisation.id).await? {
        return Ok(Err(MediaErrorCode::OrganisationNotFound));
    }
    let Some(alt) = plain_text(upload.alt.unwrap_or_default(), LONGEST_ALT) else {
        return Ok(Err(MediaErrorCode::TextTooLong));
    };
    let intake = Intake {
        database,
        uploader: accounts.vault.pseudonym(staff.signed_in.account_id),
        staff,
        organisation_id: organisation.id,
        source_checksum: checksum(upload.file.clone()).await?,
        bytes: i64::try_from(upload.file.len()).unwrap_or(i64::MAX),
        now,
    };
    if let Some(known) = intake.known(database.reader()).await? {
        wait_anew(database.writer(), known.picture.id, now).await?;
        return Ok(Ok(known));
    }
    if let Some(refusal) = intake.over_quota(database.reader()).await? {
        return Ok(Err(refusal));
    }
    if !library.has_room().await? {
        return Ok(Err(MediaErrorCode::StorageFull));
    }
    // From here on the decoder alone holds the file.
    let prepared = match prepare(upload.file).await {
        Ok(prepared) => prepared,
        Err(unfit) => return Ok(Err(unfit.into())),
    };
    let name = upload.name.and_then(plain_name);
    intake.take(library, prepared, alt, name).await
}

/// Beside the threads that answer: 10 MB take a while.
async fn checksum(file: Bytes) -> Result<String, Error> {
    tokio::task::spawn_blocking(move || sha256_hex(&file))
        .await
        .map_err(|cause| Error::internal("a file has no checksum", cause))
}

impl Intake<'_> {
    async fn known(&self, connection: &impl ConnectionTrait) -> Result<Option<Received>, Error> {
        let row = find_by_source(connection, self.organisation_id, &self.source_checksum).await?;
        Ok(row.map(|row| Received {
            picture: Picture::from(&row),
            is_new: false,
        }))
    }

    async fn over_quota(
        &self,
        connection: &impl ConnectionTrait,
    ) -> Result<Option<MediaErrorCode>, Error> {
        let (uploader, now) = (&self.uploader, self.now);
        if !throttle::allows(connection, UPLOADED, uploader, &FILES_OF_ACCOUNT, now).await? {
            return Ok(Some(MediaErrorCode::TooManyFiles));
        }
        let before = uploaded_bytes(connection, uploader, now - QUOTA_WITHIN).await?;
        let is_over = before.saturating_add(self.bytes) > BYTES_OF_ACCOUNT;
        Ok(is_over.then_some(MediaErrorCode::TooManyBytes))
    }

    /// Writes the files, then the row. A crash in between leaves files that the job sweeps.
    async fn take(
        &self,
        library: &MediaLibrary,
        prepared: Prepared,
        alt: String,
        name: Option<String>,
    ) -> Result<Result<Received, MediaErrorCode>, Error> {
        let picture = Picture {
            id: Uuid::now_v7(),
            format: prepared.format,
            checksum: prepared.checksum,
            width: prepared.width,
            height: prepared.height,
            alt,
            blur_hash: prepared.blur_hash,
            credit: None,
        };
        let due = self.now + UPLOAD_ENDS;
        sweeping::order(self.database.writer(), &picture, due, self.now).await?;
        let kept = match library.save(&picture, prepared.variants).await {
            Ok(()) => self.keep(&picture, name).await,
            Err(StorageTrouble::Full) => Ok(Err(MediaErrorCode::StorageFull)),
            Err(trouble) => Err(trouble.into()),
        };
        let is_refused = match &kept {
            Ok(Ok(received)) => !received.is_new,
            Ok(Err(_)) => true,
            // Perhaps it was written and the answer was lost: the job will know.
            Err(_) => false,
        };
        if is_refused {
            // What stays in spite of it, the job takes.
            drop(library.remove(&picture.folder()).await);
        }
        kept
    }

    async fn keep(
        &self,
        picture: &Picture,
        original_name: Option<String>,
    ) -> Result<Result<Received, MediaErrorCode>, Error> {
        let transaction = self.database.writer().begin().await?;
        // Somebody's uploads at once are counted one after another.
        lock_account(&transaction, self.staff.signed_in.account_id)
            .await?
            .ok_or(Error::Unauthenticated)?;
        if let Some(refusal) = self.over_quota(&transaction).await? {
            return Ok(Err(refusal));
        }
        let new = NewAsset {
            is_demo: false,
            organisation_id: Some(self.organisation_id),
            uploaded_by: Some(self.uploader.clone()),
            source_checksum: Some(self.source_checksum.clone()),
            bytes: self.bytes,
            original_name,
        };
        insert_asset(&transaction, picture, new, self.now).await?;
        let kept = self
            .known(&transaction)
            .await?
            .ok_or_else(|| Error::internal("a picture is gone at once", picture.id))?;
        // Somebody else was sending the same file.
        if kept.picture.id != picture.id {
            return Ok(Ok(kept));
        }
        throttle::note(&transaction, UPLOADED, &self.uploader, self.now).await?;
        let entry = self.staff.entry(
            "media_asset.upload",
            Some(self.organisation_id),
            ("media_asset", picture.id),
            json!({ "bytes": self.bytes, "width": picture.width, "height": picture.height }),
        );
        audit::record(&transaction, entry, self.now).await?;
        transaction.commit().await?;
        Ok(Ok(Received {
            is_new: true,
            ..kept
        }))
    }
}

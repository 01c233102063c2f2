//! A bucket of an S3-compatible store: an object a variant. Objects appear one by one, and their asset's
//! row only after all of them.

use std::{fmt, io, sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt};
use object_store::{
    Attribute, Attributes, ClientOptions, ObjectStore, ObjectStoreExt, PutOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use secrecy::ExposeSecret;

use super::{StorageTrouble, StoredFile};
use crate::{domain::media::Picture, infra::config::Settings};

/// A reader waits for the store; far below the deadline of uploads.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
const RETRIES: usize = 2;

#[derive(Clone)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    prefix: String,
    /// How messages call it.
    name: String,
}

/// Without the key.
impl fmt::Debug for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

impl Bucket {
    pub fn open(settings: &Settings, name: &str, prefix: &str) -> Result<Self, String> {
        let missing = || {
            "settings MFP_S3_ACCESS_KEY and MFP_S3_SECRET_KEY: must be set when MEDIA_URL is s3://…"
                .to_owned()
        };
        let access_key = settings.s3_access_key.as_ref().ok_or_else(missing)?;
        let secret_key = settings.s3_secret_key.as_ref().ok_or_else(missing)?;
        let options = ClientOptions::new()
            .with_timeout(ANSWER_WITHIN)
            .with_connect_timeout(CONNECT_WITHIN);
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: ANSWER_WITHIN,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_client_options(options)
            .with_retry(retry)
            // Not every store knows how to delete several at once.
            .with_disable_bulk_delete(true)
            .with_bucket_name(name)
            .with_region(&settings.s3_region)
            .with_access_key_id(access_key.expose_secret())
            .with_secret_access_key(secret_key.expose_secret());
        if let Some(endpoint) = &settings.s3_endpoint {
            builder = builder
                .with_allow_http(endpoint.scheme() == "http")
                .with_endpoint(endpoint.as_str().trim_end_matches('/'));
        }
        let store = builder
            .build()
            .map_err(|cause| format!("setting MEDIA_URL: {cause}"))?;
        Ok(Self {
            store: Arc::new(store),
            prefix: prefix.to_owned(),
            name: format!("bucket {name}"),
        })
    }

    /// The largest variant is written last.
    pub async fn holds(&self, picture: &Picture) -> Result<bool, StorageTrouble> {
        let largest = self.path(&picture.folder(), &picture.file_name(picture.width));
        match self.store.head(&largest).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(cause) => Err(failed(cause)),
        }
    }

    pub async fn save(
        &self,
        picture: &Picture,
        variants: Vec<(i32, Vec<u8>)>,
    ) -> Result<(), StorageTrouble> {
        if self.holds(picture).await? {
            return Ok(());
        }
        for (width, bytes) in variants {
            let path = self.path(&picture.folder(), &picture.file_name(width));
            let options = PutOptions {
                attributes: Attributes::from_iter([(Attribute::ContentType, picture.mime_type())]),
                ..PutOptions::default()
            };
            self.store
                .put_opts(&path, bytes.into(), options)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    pub async fn find(
        &self,
        folder: &str,
        file: &str,
    ) -> Result<Option<StoredFile>, StorageTrouble> {
        let found = match self.store.get(&self.path(folder, file)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(cause) => return Err(failed(cause)),
        };
        Ok(Some(StoredFile::Remote {
            length: found.meta.size,
            bytes: found.into_stream().map_err(io::Error::other).boxed(),
        }))
    }

    pub async fn remove(&self, folder: &str) -> Result<(), StorageTrouble> {
        let within = self.path(folder, "");
        let paths: Vec<Path> = self
            .store
            .list(Some(&within))
            .map_ok(|object| object.location)
            .try_collect()
            .await
            .map_err(failed)?;
        for path in paths {
            match self.store.delete(&path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(cause) => return Err(failed(cause)),
            }
        }
        Ok(())
    }

    pub async fn check(&self) -> Result<String, String> {
        let probe = self.path(".doctor", &std::process::id().to_string());
        let tried = async {
            self.store.put(&probe, "".into()).await?;
            self.store.delete(&probe).await
        };
        match tried.await {
            Ok(()) => Ok(format!("{} is writable", self.name)),
            Err(cause) => Err(format!("{}: {cause}", self.name)),
        }
    }

    /// Empty parts leave no trace in a path.
    fn path(&self, folder: &str, file: &str) -> Path {
        Path::from(format!("{}/{folder}/{file}", self.prefix))
    }
}

fn failed(cause: object_store::Error) -> StorageTrouble {
    StorageTrouble::Failed(cause.to_string())
}

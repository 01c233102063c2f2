//! Covers drawn by the product: a quiet pattern whose colours follow from the category.

use std::io::Cursor;

use entities::enums::ImageFormat;
use image::{ImageFormat as FileFormat, Rgb, RgbImage};
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Seeding, identity::id_of};
use crate::{
    domain::media::{NewAsset, Picture, insert_asset},
    infra::{digest::sha256_hex, error::Error},
};

const WIDTH: i32 = 640;
const HEIGHT: i32 = 360;
/// BlurHash components: enough for a gradient and a few discs.
const BLUR_COMPONENTS: (u32, u32) = (4, 3);

/// Draws and keeps the cover of a category, unless it is there, and returns its id.
pub async fn keep<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
    category: &str,
) -> Result<Uuid, Error> {
    if let Some(id) = seeding.covers.get(category) {
        return Ok(*id);
    }
    let (picture, variants) = draw(category)?;
    let saved = seeding.library.save(&picture, variants).await;
    saved.map_err(|trouble| Error::internal("a cover can't be saved", trouble))?;
    let demo = NewAsset {
        is_demo: true,
        ..NewAsset::default()
    };
    insert_asset(seeding.transaction, &picture, demo, seeding.now).await?;
    seeding.covers.insert(category.to_owned(), picture.id);
    Ok(picture.id)
}

type Variants = Vec<(i32, Vec<u8>)>;

fn draw(category: &str) -> Result<(Picture, Variants), Error> {
    let pattern = Pattern::of(category);
    let mut picture = Picture {
        id: id_of("cover", category),
        format: ImageFormat::Png,
        checksum: String::new(),
        width: WIDTH,
        height: HEIGHT,
        alt: "Отвлечённый узор из кругов".into(),
        blur_hash: String::new(),
        credit: Some("Рисунок программы".into()),
    };
    let mut variants = Variants::new();
    for width in picture.widths() {
        let drawn = pattern.draw(width, picture.height_at(width));
        if picture.blur_hash.is_empty() {
            picture.blur_hash = blur_hash(&drawn)?;
        }
        variants.push((width, encode(&drawn)?));
    }
    let largest = variants.last().map(|(_, bytes)| bytes.as_slice());
    picture.checksum = sha256_hex(largest.unwrap_or_default());
    Ok((picture, variants))
}

fn blur_hash(drawn: &RgbImage) -> Result<String, Error> {
    let opaque: Vec<u8> = drawn
        .pixels()
        .flat_map(|Rgb([red, green, blue])| [*red, *green, *blue, u8::MAX])
        .collect();
    let (across, down) = BLUR_COMPONENTS;
    blurhash::encode(across, down, drawn.width(), drawn.height(), &opaque)
        .map_err(|cause| Error::internal("a cover has no BlurHash", cause))
}

fn encode(drawn: &RgbImage) -> Result<Vec<u8>, Error> {
    let mut file = Cursor::new(Vec::new());
    drawn
        .write_to(&mut file, FileFormat::Png)
        .map_err(|cause| Error::internal("a cover does not encode", cause))?;
    Ok(file.into_inner())
}

/// A slanted gradient with three discs, all from the digest of a name.
struct Pattern {
    dark: [f32; 3],
    light: [f32; 3],
    /// Centre and radius, in widths of the picture.
    discs: [(f32, f32, f32); 3],
}

impl Pattern {
    fn of(name: &str) -> Self {
        let digest = Sha256::digest(name);
        let unit = |at: usize| f32::from(digest.get(at).copied().unwrap_or_default()) / 255.0;
        let disc = |at: usize| {
            (
                unit(at),
                unit(at + 1) * 0.56,
                unit(at + 2).mul_add(0.2, 0.08),
            )
        };
        let hue = unit(0);
        Self {
            dark: colour(hue, 0.42),
            light: colour(hue + 0.08, 0.78),
            discs: [disc(1), disc(4), disc(7)],
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "coordinates are below 2,000 and channels within 0 and 1"
    )]
    fn draw(&self, width: i32, height: i32) -> RgbImage {
        RgbImage::from_fn(width as u32, height as u32, |x, y| {
            let (x, y) = (x as f32 / width as f32, y as f32 / width as f32);
            let inside = self.discs.iter().filter(|(centre_x, centre_y, radius)| {
                (x - centre_x).hypot(y - centre_y) < *radius
            });
            let shade = (0.1_f32.mul_add(inside.count() as f32, x.mul_add(0.6, y * 0.4))).min(1.0);
            let mut channels = [0; 3];
            for (channel, (dark, light)) in
                channels.iter_mut().zip(self.dark.iter().zip(self.light))
            {
                *channel = ((light - dark).mul_add(shade, *dark) * 255.0) as u8;
            }
            Rgb(channels)
        })
    }
}

/// A muted colour of that hue (0 to 1) and brightness.
fn colour(hue: f32, brightness: f32) -> [f32; 3] {
    let channel = |turn: f32| {
        let wave = ((hue + turn) * std::f32::consts::TAU)
            .cos()
            .mul_add(0.5, 0.5);
        brightness * wave.mul_add(0.45, 0.55)
    };
    [channel(0.0), channel(1.0 / 3.0), channel(2.0 / 3.0)]
}

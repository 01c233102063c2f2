//! From a file to a picture's variants: decoded within limits, turned upright, made smaller, and written
//! anew. Nothing of the file itself is kept, neither its metadata nor what stood behind its end.

use std::time::Duration;

use bytes::Bytes;
use entities::enums::ImageFormat;
use image::{
    ExtendedColorType, ImageEncoder,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use tokio::sync::Semaphore;

use super::{
    address::{height_at, widths_up_to},
    inspecting::{Kind, Shape, Unfit},
    reading::read,
    shrinking::Pixels,
};
use crate::infra::digest::sha256_hex;

/// Decoding at once: what it may hold is bounded for one, so that this bounds the process.
static DECODERS: Semaphore = Semaphore::const_new(2);
/// Waiting for a decoder included (reliability plan §4.3).
const DEADLINE: Duration = Duration::from_secs(5);
/// Below it blocks begin to show.
const JPEG_QUALITY: u8 = 85;
/// BlurHash components: enough for a gradient and a few things.
const BLUR_COMPONENTS: (u32, u32) = (4, 3);

/// A picture's variants, ready to be kept.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub format: ImageFormat,
    pub width: i32,
    pub height: i32,
    /// SHA-256 of the largest variant.
    pub checksum: String,
    pub blur_hash: String,
    /// Widths and encoded bytes, narrow to wide.
    pub variants: Vec<(i32, Vec<u8>)>,
}

/// Makes a picture of a file, beside the threads that answer.
///
/// # Errors
/// Why the file is no picture of ours.
pub async fn prepare(file: Bytes) -> Result<Prepared, Unfit> {
    let working = async {
        let permit = DECODERS.acquire().await.map_err(|_| Unfit::Slow)?;
        let working = tokio::task::spawn_blocking(move || {
            // It is held to the end of the work, though nobody may wait for that any more.
            let _permit = permit;
            decode(file)
        });
        working.await.unwrap_or_else(|cause| {
            tracing::error!(%cause, "a decoder gave up on a picture");
            Err(Unfit::Damaged)
        })
    };
    let finished = tokio::time::timeout(DEADLINE, working).await;
    finished.unwrap_or(Err(Unfit::Slow))
}

fn decode(file: Bytes) -> Result<Prepared, Unfit> {
    let shape = Shape::of(&file)?;
    let mut picture = read(file, &shape)?;
    let format = match shape.kind {
        Kind::Jpeg { .. }
        | Kind::Webp {
            is_lossy: true,
            has_alpha: false,
        } => ImageFormat::Jpeg,
        _ => ImageFormat::Png,
    };
    let (width, height) = (side(picture.width)?, side(picture.height)?);
    let whole = encode(&picture, format)?;
    let checksum = sha256_hex(&whole);
    let mut variants = vec![(width, whole)];
    // Each from the one before it, in whose memory it is made.
    for at in widths_up_to(width)
        .into_iter()
        .rev()
        .filter(|at| *at < width)
    {
        picture = picture.shrunk(length(at), length(height_at((width, height), at)));
        variants.push((at, encode(&picture, format)?));
    }
    variants.reverse();
    let blur_hash = blurred(&picture)?;
    Ok(Prepared {
        format,
        width,
        height,
        checksum,
        blur_hash,
        variants,
    })
}

fn encode(pixels: &Pixels, format: ImageFormat) -> Result<Vec<u8>, Unfit> {
    let colour = match pixels.channels {
        1 => ExtendedColorType::L8,
        3 => ExtendedColorType::Rgb8,
        _ => ExtendedColorType::Rgba8,
    };
    let (width, height) = size(pixels)?;
    let mut file = Vec::new();
    let written =
        match format {
            ImageFormat::Jpeg => JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY)
                .write_image(&pixels.bytes, width, height, colour),
            _ => PngEncoder::new(&mut file).write_image(&pixels.bytes, width, height, colour),
        };
    written.map_err(|_| Unfit::Damaged)?;
    Ok(file)
}

fn blurred(pixels: &Pixels) -> Result<String, Unfit> {
    let opaque = |pixel: &[u8]| match *pixel {
        [grey] => [grey, grey, grey, u8::MAX],
        [red, green, blue, ..] => [red, green, blue, u8::MAX],
        _ => [0; 4],
    };
    let bytes: Vec<u8> = pixels
        .bytes
        .chunks_exact(pixels.channels)
        .flat_map(opaque)
        .collect();
    let (across, down) = BLUR_COMPONENTS;
    let (width, height) = size(pixels)?;
    blurhash::encode(across, down, width, height, &bytes).map_err(|_| Unfit::Damaged)
}

fn size(pixels: &Pixels) -> Result<(u32, u32), Unfit> {
    let side = |length: usize| u32::try_from(length).map_err(|_| Unfit::Damaged);
    Ok((side(pixels.width)?, side(pixels.height)?))
}

fn side(length: usize) -> Result<i32, Unfit> {
    i32::try_from(length).map_err(|_| Unfit::Damaged)
}

fn length(side: i32) -> usize {
    usize::try_from(side).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, RgbImage, RgbaImage};

    use super::*;

    /// Left half black, right half white.
    fn halves(width: u32, height: u32) -> DynamicImage {
        let half = |x, _| image::Rgb([if x < width / 2 { 0 } else { 255 }; 3]);
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, half))
    }

    fn file(picture: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    /// The JPEG with an EXIF block that says how it was held and where.
    fn held(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS 55.75 37.62");
        let length = u16::try_from(exif.len() + 2).unwrap();
        let mut file = vec![0xff, 0xd8, 0xff, 0xe1];
        file.extend(length.to_be_bytes());
        file.extend(exif);
        file.extend(&jpeg[2..]);
        file
    }

    fn decoded(file: Vec<u8>) -> Prepared {
        decode(file.into()).unwrap()
    }

    fn shown(prepared: &Prepared) -> RgbImage {
        let (_, largest) = prepared.variants.last().unwrap();
        image::load_from_memory(largest).unwrap().into_rgb8()
    }

    #[test]
    fn a_photo_gets_the_rungs_below_its_own_width() {
        let prepared = decoded(file(&halves(700, 350), image::ImageFormat::Jpeg));
        let widths: Vec<i32> = prepared.variants.iter().map(|(width, _)| *width).collect();
        assert_eq!(widths, [160, 320, 480, 640, 700]);
        assert_eq!((prepared.width, prepared.height), (700, 350));
        assert_eq!(prepared.format, ImageFormat::Jpeg);
        assert!(!prepared.blur_hash.is_empty());
        for (width, bytes) in &prepared.variants {
            let variant = image::load_from_memory(bytes).unwrap();
            assert_eq!(i32::try_from(variant.width()), Ok(*width));
        }
    }

    #[test]
    fn what_is_wider_than_the_ladder_is_made_as_wide() {
        let prepared = decoded(file(&halves(2400, 600), image::ImageFormat::Png));
        assert_eq!((prepared.width, prepared.height), (1920, 480));
        assert_eq!(prepared.format, ImageFormat::Png);
        let tall = decoded(file(&halves(100, 5120), image::ImageFormat::Png));
        assert_eq!((tall.width, tall.height), (50, 2560));
    }

    #[test]
    fn a_picture_is_turned_upright_and_forgets_where_it_was() {
        let jpeg = file(&halves(80, 40), image::ImageFormat::Jpeg);
        let prepared = decoded(held(&jpeg, 6));
        assert_eq!((prepared.width, prepared.height), (40, 80));
        let picture = shown(&prepared);
        assert!(
            picture.get_pixel(20, 5).0[0] < 50,
            "the left is the top now"
        );
        assert!(picture.get_pixel(20, 75).0[0] > 200);
        for (_, bytes) in &prepared.variants {
            let has = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
            assert!(!has(b"GPS") && !has(b"Exif"));
        }
    }

    #[test]
    fn what_stands_behind_the_end_is_left_behind() {
        let mut polyglot = file(&halves(80, 40), image::ImageFormat::Jpeg);
        polyglot.extend(b"<script>alert(1)</script>");
        for (_, bytes) in decoded(polyglot).variants {
            assert!(!bytes.windows(7).any(|part| part == b"<script"));
        }
    }

    #[test]
    fn alpha_is_kept() {
        let mut picture = RgbaImage::from_pixel(40, 40, image::Rgba([200, 0, 0, 255]));
        picture.put_pixel(0, 0, image::Rgba([0, 0, 0, 0]));
        let picture = DynamicImage::ImageRgba8(picture);
        let prepared = decoded(file(&picture, image::ImageFormat::WebP));
        assert_eq!(prepared.format, ImageFormat::Png);
        let (_, bytes) = &prepared.variants[0];
        let kept = image::load_from_memory(bytes).unwrap().into_rgba8();
        assert_eq!(kept.get_pixel(0, 0).0[3], 0);
        assert_eq!(kept.get_pixel(9, 9).0, [200, 0, 0, 255]);
    }

    #[tokio::test]
    async fn many_at_once_wait_for_each_other() {
        let photo: Bytes = file(&halves(400, 300), image::ImageFormat::Jpeg).into();
        let prepared = (0..6).map(|_| prepare(photo.clone()));
        let prepared = futures_util::future::join_all(prepared).await;
        assert!(prepared.iter().all(Result::is_ok));
    }
}

//! Files that people send, and files that attackers do, made here byte by byte.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// A photograph of a kind: the left is dark, the right is light, with some noise.
pub fn drawn(width: u32, height: u32) -> DynamicImage {
    let pixel = |x: u32, y: u32| {
        let light = if x < width / 2 { 30 } else { 200 };
        let noise = u8::try_from((x * 7 + y * 13) % 40).expect("a byte");
        Rgb([light + noise, light, light])
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pixel))
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).expect("a file");
    file.into_inner()
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(&drawn(width, height), ImageFormat::Jpeg)
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(&drawn(width, height), ImageFormat::Png)
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    encoded(&drawn(width, height), ImageFormat::WebP)
}

/// A red picture with a hole in its corner.
pub fn with_a_hole() -> Vec<u8> {
    let mut picture = RgbaImage::from_pixel(90, 60, Rgba([200, 0, 0, 255]));
    picture.put_pixel(0, 0, Rgba([0, 0, 0, 0]));
    encoded(&DynamicImage::ImageRgba8(picture), ImageFormat::Png)
}

/// Words that stand in the metadata of `held`.
pub const PLACE: &str = "GPS 55.7522 37.6156";

/// A JPEG that was taken with the telephone on its side, and says where.
pub fn held(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06".to_vec();
    exif.extend([0; 6]);
    exif.extend(PLACE.as_bytes());
    let length = u16::try_from(exif.len() + 2).expect("a short block");
    let mut file = vec![0xff, 0xd8, 0xff, 0xe1];
    file.extend(length.to_be_bytes());
    file.extend(exif);
    file.extend(&jpeg[2..]);
    file
}

/// Only the head of a PNG, which announces a size.
pub fn announced(width: u32, height: u32) -> Vec<u8> {
    let mut file = png(8, 8);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&file[12..29]);
    file[29..33].copy_from_slice(&checksum.to_be_bytes());
    file
}

/// A PNG that moves, as far as its head says.
pub fn moving() -> Vec<u8> {
    let still = png(8, 8);
    let mut chunk = b"acTL\0\0\0\x02\0\0\0\0".to_vec();
    let checksum = crc32(&chunk);
    chunk.extend(checksum.to_be_bytes());
    [&still[..33], &8_u32.to_be_bytes()[..], &chunk, &still[33..]].concat()
}

/// The checksum of PNG's chunks.
fn crc32(bytes: &[u8]) -> u32 {
    let mut rest = u32::MAX;
    for byte in bytes {
        rest ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = rest & 1;
            rest >>= 1;
            if carry == 1 {
                rest ^= 0xedb8_8320;
            }
        }
    }
    !rest
}

/// Whether those bytes stand anywhere in a file.
pub fn holds(file: &[u8], words: &str) -> bool {
    file.windows(words.len())
        .any(|part| part == words.as_bytes())
}

//! What a file is, by its first bytes and its structure, before any decoder sees it.
//!
//! Names and declared types are not believed. What is found here bounds what decoding may cost.

/// Pixels a side (reliability plan §4.3).
const LARGEST_SIDE: u32 = 8192;
/// What decoding may hold at once, besides the file. An upload of 10 MB has to stay below 64 MB: that
/// is 16 megapixels of a plain JPEG at three bytes each (no decoder of ours scales while it decodes,
/// so the 40 megapixels of the plan would take 120 MB), and fewer where a format needs more. A PNG that
/// comes line by line needs less, and is measured like one that does not: interlaced.
const MOST_HELD: u64 = 48_000_000;
/// A progressive JPEG goes over the whole picture with every scan; encoders write some ten.
const MOST_SCANS: usize = 100;

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Why a file does not become a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Neither JPEG nor PNG nor WebP.
    Type,
    /// It does not decode, or ends early.
    Damaged,
    /// Too many pixels.
    Dimensions,
    /// A moving picture: one frame of it would be a surprise.
    Animated,
    /// Decoding took too long.
    Slow,
}

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub kind: Kind,
    pub width: u32,
    pub height: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whether the decoder keeps the coefficients of the whole picture.
    Jpeg {
        keeps_coefficients: bool,
    },
    /// Bytes that a pixel takes.
    Png {
        pixel: u32,
    },
    Webp {
        is_lossy: bool,
        has_alpha: bool,
    },
}

impl Shape {
    /// Reads a file's structure.
    pub fn of(file: &[u8]) -> Result<Self, Unfit> {
        let shape = if file.starts_with(&[0xff, 0xd8, 0xff]) {
            jpeg(file)
        } else if file.starts_with(PNG_SIGNATURE) {
            png(file)
        } else if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
            webp(file)
        } else {
            Err(Unfit::Type)
        }?;
        shape.check()?;
        Ok(shape)
    }

    /// Bytes that decoding holds for a pixel: the result, and what the decoder keeps beside it.
    const fn bytes_per_pixel(&self) -> u32 {
        match self.kind {
            Kind::Jpeg {
                keeps_coefficients: false,
            } => 3,
            // Two bytes for each of three coefficients.
            Kind::Jpeg {
                keeps_coefficients: true,
            } => 3 + 6,
            Kind::Png { pixel } => pixel,
            // The planes of luma and colour, and of alpha.
            Kind::Webp {
                is_lossy: true,
                has_alpha: false,
            } => 3 + 2,
            Kind::Webp { .. } => 4 + 4,
        }
    }

    fn check(&self) -> Result<(), Unfit> {
        if self.width == 0 || self.height == 0 {
            return Err(Unfit::Damaged);
        }
        let pixels = u64::from(self.width) * u64::from(self.height);
        let held = pixels.saturating_mul(u64::from(self.bytes_per_pixel()));
        if self.width > LARGEST_SIDE || self.height > LARGEST_SIDE || held > MOST_HELD {
            return Err(Unfit::Dimensions);
        }
        Ok(())
    }
}

/// Walks over a JPEG's segments to its end. A file that was cut off has none.
fn jpeg(file: &[u8]) -> Result<Shape, Unfit> {
    let mut frame: Option<(Kind, u32, u32)> = None;
    let mut components = 0;
    let mut scans = 0;
    let mut at = 2;
    loop {
        let (marker, behind) = next_marker(file, at)?;
        at = behind;
        match marker {
            // The end of the picture; whatever follows is not decoded.
            0xd9 => break,
            // Restarts and a start have no length.
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let length = usize::from(big_u16(file, at)?);
        let segment = at
            .checked_add(length)
            .and_then(|end| file.get(at + 2..end))
            .ok_or(Unfit::Damaged)?;
        match marker {
            // Frames: baseline, extended, progressive; the others are lossless or arithmetic.
            0xc0..=0xc2 => {
                let height = u32::from(big_u16(segment, 1)?);
                let width = u32::from(big_u16(segment, 3)?);
                components = *segment.get(5).ok_or(Unfit::Damaged)?;
                let keeps_coefficients = marker == 0xc2;
                if frame.is_some() {
                    return Err(Unfit::Damaged);
                }
                frame = Some((Kind::Jpeg { keeps_coefficients }, width, height));
            }
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Err(Unfit::Type),
            0xda => {
                scans += 1;
                let in_scan = *segment.first().ok_or(Unfit::Damaged)?;
                let (kind, ..) = frame.as_mut().ok_or(Unfit::Damaged)?;
                // A scan of its own for each colour: they wait for each other.
                if in_scan < components {
                    *kind = Kind::Jpeg {
                        keeps_coefficients: true,
                    };
                }
            }
            _ => {}
        }
        at += length;
    }
    let (kind, width, height) = frame.ok_or(Unfit::Damaged)?;
    if scans == 0 || scans > MOST_SCANS {
        return Err(Unfit::Damaged);
    }
    Ok(Shape {
        kind,
        width,
        height,
    })
}

/// The next marker and where what belongs to it begins; between scans there is packed data.
fn next_marker(file: &[u8], from: usize) -> Result<(u8, usize), Unfit> {
    let rest = file.get(from..).ok_or(Unfit::Damaged)?;
    let pairs = rest.iter().zip(rest.iter().skip(1));
    // A stuffed zero and a filling 0xff are no markers.
    let is_marker = |(_, (first, second)): &(usize, (&u8, &u8))| {
        **first == 0xff && **second != 0x00 && **second != 0xff
    };
    let (offset, (_, marker)) = pairs.enumerate().find(is_marker).ok_or(Unfit::Damaged)?;
    Ok((*marker, from + offset + 2))
}

/// Reads a PNG's chunks up to the first of data.
fn png(file: &[u8]) -> Result<Shape, Unfit> {
    if file.get(12..16) != Some(b"IHDR") {
        return Err(Unfit::Damaged);
    }
    let (width, height) = (big_u32(file, 16)?, big_u32(file, 20)?);
    let depth = u32::from(*file.get(24).ok_or(Unfit::Damaged)?);
    let colour = *file.get(25).ok_or(Unfit::Damaged)?;
    let mut has_transparency = false;
    let mut at = PNG_SIGNATURE.len();
    loop {
        let length = big_u32(file, at)? as usize;
        match file.get(at + 4..at + 8).ok_or(Unfit::Damaged)? {
            b"acTL" => return Err(Unfit::Animated),
            b"tRNS" => has_transparency = true,
            b"IDAT" => break,
            _ => {}
        }
        at = at.checked_add(length + 12).ok_or(Unfit::Damaged)?;
    }
    // Palettes come out as colours; each may be given an alpha.
    let channels = match colour {
        0 => 1 + u32::from(has_transparency),
        2 | 3 => 3 + u32::from(has_transparency),
        4 => 2,
        6 => 4,
        _ => return Err(Unfit::Damaged),
    };
    // Sixteen bits, and grey with alpha, are made four bytes in a second buffer.
    let pixel = match (depth, channels) {
        (16, _) => 2 * channels + 4,
        (_, 2) => 2 + 4,
        _ => channels,
    };
    Ok(Shape {
        kind: Kind::Png { pixel },
        width,
        height,
    })
}

/// Reads a WebP's chunks: one frame, lossy or lossless, on a canvas of its own size.
fn webp(file: &[u8]) -> Result<Shape, Unfit> {
    let announced = little_u32(file, 4)? as usize;
    if announced.saturating_add(8) > file.len() {
        return Err(Unfit::Damaged);
    }
    let mut canvas = None;
    let mut frame = None;
    let mut at = 12;
    while at + 8 <= file.len() {
        let length = little_u32(file, at + 4)? as usize;
        let content = file.get(at + 8..).ok_or(Unfit::Damaged)?;
        match file.get(at..at + 4).ok_or(Unfit::Damaged)? {
            b"VP8X" => canvas = Some(webp_canvas(content)?),
            // Of two, a decoder might take the other one.
            b"VP8 " => frame = Some(only(frame, webp_lossy(content)?)?),
            b"VP8L" => frame = Some(only(frame, webp_lossless(content)?)?),
            _ => {}
        }
        at = at.saturating_add(8 + length + length % 2);
    }
    let (is_lossy, has_alpha, size) = frame.ok_or(Unfit::Damaged)?;
    let has_alpha = match canvas {
        Some((_, canvas_size)) if canvas_size != size => return Err(Unfit::Damaged),
        Some((has_alpha, _)) => has_alpha,
        None => has_alpha,
    };
    Ok(Shape {
        kind: Kind::Webp {
            is_lossy,
            has_alpha,
        },
        width: size.0,
        height: size.1,
    })
}

type Size = (u32, u32);
/// Whether it is lossy, whether it has alpha, its size.
type Frame = (bool, bool, Size);

fn only(before: Option<Frame>, frame: Frame) -> Result<Frame, Unfit> {
    match before {
        Some(_) => Err(Unfit::Damaged),
        None => Ok(frame),
    }
}

/// Whether it has alpha, and its size.
fn webp_canvas(content: &[u8]) -> Result<(bool, Size), Unfit> {
    let flags = *content.first().ok_or(Unfit::Damaged)?;
    if flags & 0b10 != 0 {
        return Err(Unfit::Animated);
    }
    let width = (little_u32(content, 4)? & 0x00ff_ffff) + 1;
    let height = (little_u32(content, 6)? >> 8) + 1;
    Ok((flags & 0b1_0000 != 0, (width, height)))
}

fn webp_lossy(content: &[u8]) -> Result<Frame, Unfit> {
    let size = little_u32(content, 6)?;
    Ok((true, false, (size & 0x3fff, (size >> 16) & 0x3fff)))
}

fn webp_lossless(content: &[u8]) -> Result<Frame, Unfit> {
    let bits = little_u32(content, 1)?;
    let size = ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
    Ok((false, (bits >> 28) & 1 == 1, size))
}

fn big_u16(bytes: &[u8], at: usize) -> Result<u16, Unfit> {
    take(bytes, at).map(u16::from_be_bytes)
}

fn big_u32(bytes: &[u8], at: usize) -> Result<u32, Unfit> {
    take(bytes, at).map(u32::from_be_bytes)
}

fn little_u32(bytes: &[u8], at: usize) -> Result<u32, Unfit> {
    take(bytes, at).map(u32::from_le_bytes)
}

fn take<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Unfit> {
    let end = at.checked_add(N).ok_or(Unfit::Damaged)?;
    bytes
        .get(at..end)
        .and_then(|found| found.try_into().ok())
        .ok_or(Unfit::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG's bones: a frame of that marker and size, scans of so many components, an end.
    fn bones(frame: u8, (width, height): (u16, u16), scans: &[u8]) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8, 0xff, frame, 0, 17, 8];
        file.extend(height.to_be_bytes());
        file.extend(width.to_be_bytes());
        file.extend([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
        for components in scans {
            let length = 6 + 2 * components;
            file.extend([0xff, 0xda, 0, length, *components]);
            file.extend(vec![0; usize::from(length) - 3]);
            file.extend([0x12, 0xff, 0x00, 0xff, 0xd0, 0x34]);
        }
        file.extend([0xff, 0xd9]);
        file
    }

    fn header(width: u32, height: u32, depth: u8, colour: u8, then: &[u8; 4]) -> Vec<u8> {
        let mut file = PNG_SIGNATURE.to_vec();
        file.extend([0, 0, 0, 13]);
        file.extend(b"IHDR");
        file.extend(width.to_be_bytes());
        file.extend(height.to_be_bytes());
        file.extend([depth, colour, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        file.extend(then);
        file
    }

    #[test]
    fn a_type_is_what_the_bytes_say() {
        assert_eq!(Shape::of(b""), Err(Unfit::Type));
        assert_eq!(Shape::of(b"GIF89a"), Err(Unfit::Type));
        assert_eq!(Shape::of(b"<svg xmlns=\"\">"), Err(Unfit::Type));
        let jpeg = Shape::of(&bones(0xc0, (40, 30), &[3])).unwrap();
        assert_eq!((jpeg.width, jpeg.height), (40, 30));
        let png = Shape::of(&header(7, 9, 8, 2, b"IDAT")).unwrap();
        assert_eq!((png.width, png.height), (7, 9));
    }

    #[test]
    fn sixteen_megapixels_fit_and_only_where_a_pixel_is_three_bytes() {
        let of = |file: &[u8]| Shape::of(file).map(|_| ());
        assert_eq!(of(&bones(0xc0, (4000, 4000), &[3])), Ok(()));
        assert_eq!(of(&bones(0xc0, (4001, 4000), &[3])), Err(Unfit::Dimensions));
        assert_eq!(of(&bones(0xc0, (9000, 1), &[3])), Err(Unfit::Dimensions));
        assert_eq!(of(&bones(0xc2, (4000, 3000), &[3])), Err(Unfit::Dimensions));
        assert_eq!(
            of(&bones(0xc0, (4000, 3000), &[1, 1, 1])),
            Err(Unfit::Dimensions)
        );
        assert_eq!(of(&header(4000, 3000, 8, 6, b"IDAT")), Ok(()));
        assert_eq!(
            of(&header(4000, 3000, 16, 6, b"IDAT")),
            Err(Unfit::Dimensions)
        );
        assert_eq!(
            of(&header(u32::MAX, u32::MAX, 8, 2, b"IDAT")),
            Err(Unfit::Dimensions)
        );
    }

    #[test]
    fn what_was_cut_off_or_goes_round_in_scans_is_damaged() {
        let whole = bones(0xc2, (40, 30), &[3; 12]);
        assert!(Shape::of(&whole).is_ok());
        for end in 3..whole.len() - 1 {
            assert_eq!(Shape::of(&whole[..end]), Err(Unfit::Damaged), "{end}");
        }
        let rounds = bones(0xc2, (40, 30), &[1; 101]);
        assert_eq!(Shape::of(&rounds), Err(Unfit::Damaged));
        let empty = bones(0xc0, (0, 30), &[3]);
        assert_eq!(Shape::of(&empty), Err(Unfit::Damaged));
    }

    #[test]
    fn moving_pictures_are_refused() {
        assert_eq!(
            Shape::of(&header(7, 9, 8, 2, b"acTL")),
            Err(Unfit::Animated)
        );
        let mut webp = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0".to_vec();
        webp.extend([0; 10]);
        assert_eq!(Shape::of(&webp), Err(Unfit::Animated));
    }

    /// The canvas is what is announced, the frame what is allocated.
    #[test]
    fn a_webp_frame_is_as_large_as_its_canvas() {
        let of = |width: u32, height: u32| {
            let mut file = b"RIFF\x28\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
            file.extend([39, 0, 0, 29, 0, 0]);
            file.extend(b"VP8L\x06\0\0\0\x2f");
            file.extend(((width - 1) | ((height - 1) << 14)).to_le_bytes());
            file.extend([0; 8]);
            Shape::of(&file).map(|shape| (shape.width, shape.height))
        };
        assert_eq!(of(40, 30), Ok((40, 30)));
        assert_eq!(of(16_000, 16_000), Err(Unfit::Damaged));
    }
}

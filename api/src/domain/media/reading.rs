//! The pixels of a file, as large as they are kept and the way they are looked at.
//!
//! As little as may be of them is in memory at once: a PNG comes line by line and is made smaller on the
//! way; of a JPEG there are the file and the pixels, once each.

use std::io::Cursor;

use bytes::Bytes;
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageError, Limits, RgbImage, RgbaImage,
    codecs::{png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};
use png::{BitDepth, ColorType, Transformations};
use zune_jpeg::{
    JpegDecoder,
    errors::DecodeErrors,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{
    address::LARGEST_WIDTH,
    inspecting::{Kind, Shape, Unfit},
    shrinking::{Pixels, Shrinking},
};

/// What a decoder may take for itself: profiles, texts, rows; the picture is bounded by its shape.
const DECODERS_OWN: usize = 8 * 1024 * 1024;
/// Higher than the ladder is wide by a third: a poster fits, a column of a kilometre does not.
const LARGEST_HEIGHT: u32 = 2560;

type Size = (usize, usize);

/// Reads a file of that shape.
pub fn read(file: Bytes, shape: &Shape) -> Result<Pixels, Unfit> {
    let (pixels, orientation) = match shape.kind {
        Kind::Jpeg { .. } => read_jpeg(&file, shape)?,
        Kind::Png { .. } => read_png(&file, shape)?,
        Kind::Webp { .. } => {
            let decoder = WebPDecoder::new(Cursor::new(&file)).map_err(unfit)?;
            read_whole(decoder, shape)?
        }
    };
    // What follows needs its room.
    drop(file);
    upright(pixels, orientation)
}

/// By the decoder that is behind `image`, which would copy the file.
fn read_jpeg(file: &[u8], shape: &Shape) -> Result<(Pixels, Orientation), Unfit> {
    let (width, height) = size_of(shape);
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(width)
        .set_max_height(height);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(unreadable_jpeg)?;
    // A file that two readers measure differently was made to deceive one of them.
    if decoder.dimensions() != Some((width, height)) {
        return Err(Unfit::Damaged);
    }
    let (colours, channels) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(colours));
    let orientation = orientation_in(decoder.exif().map(Vec::as_slice));
    let mut bytes = vec![0; width * height * channels];
    decoder.decode_into(&mut bytes).map_err(unreadable_jpeg)?;
    let pixels = Pixels {
        width,
        height,
        channels,
        bytes,
    };
    Ok((pixels, orientation))
}

fn unreadable_jpeg(cause: DecodeErrors) -> Unfit {
    match cause {
        DecodeErrors::LargeDimensions(_) => Unfit::Dimensions,
        _ => Unfit::Damaged,
    }
}

fn read_png(file: &[u8], shape: &Shape) -> Result<(Pixels, Orientation), Unfit> {
    let most = png::Limits {
        bytes: DECODERS_OWN,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), most);
    decoder.set_ignore_text_chunk(true);
    // Palettes as colours, and eight bits a channel.
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(unreadable_png)?;
    let info = reader.info();
    if info.size() != (shape.width, shape.height) {
        return Err(Unfit::Damaged);
    }
    if info.interlaced {
        // Its lines come in seven turns.
        let decoder = PngDecoder::with_limits(Cursor::new(file), limits(shape)).map_err(unfit)?;
        return read_whole(decoder, shape);
    }
    let orientation = orientation_in(info.exif_metadata.as_deref());
    let (colours, depth) = reader.output_color_type();
    if depth != BitDepth::Eight || colours == ColorType::Indexed {
        return Err(Unfit::Damaged);
    }
    let mut pixels = Gathering::new(size_of(shape), orientation, colours.samples());
    while let Some(line) = reader.next_row().map_err(unreadable_png)? {
        pixels.take(line.data());
    }
    Ok((pixels.finish()?, orientation))
}

fn unreadable_png(cause: png::DecodingError) -> Unfit {
    match cause {
        png::DecodingError::LimitsExceeded => Unfit::Dimensions,
        _ => Unfit::Damaged,
    }
}

/// Lines of a picture that becomes as small as it is kept.
struct Gathering {
    /// `None`: it is kept as it is.
    shrinking: Option<Shrinking>,
    /// Grey with alpha is made colours with alpha.
    is_grey_with_alpha: bool,
    row: Vec<u8>,
    pixels: Pixels,
}

impl Gathering {
    fn new(size: Size, orientation: Orientation, samples: usize) -> Self {
        let kept = kept_of(size, orientation);
        let channels = if samples == 2 { 4 } else { samples };
        let shrinking = (kept != size).then(|| Shrinking::new(size, kept, channels));
        Self {
            shrinking,
            is_grey_with_alpha: samples == 2,
            row: vec![0; kept.0 * channels],
            pixels: Pixels {
                width: kept.0,
                height: kept.1,
                channels,
                bytes: Vec::with_capacity(kept.0 * kept.1 * channels),
            },
        }
    }

    fn take(&mut self, line: &[u8]) {
        if self.is_grey_with_alpha {
            self.keep(&with_colours(line));
        } else {
            self.keep(line);
        }
    }

    fn keep(&mut self, line: &[u8]) {
        match &mut self.shrinking {
            None => self.pixels.bytes.extend_from_slice(line),
            Some(shrinking) => {
                if shrinking.add(line) {
                    shrinking.write(&mut self.row);
                    self.pixels.bytes.extend_from_slice(&self.row);
                }
            }
        }
    }

    fn finish(self) -> Result<Pixels, Unfit> {
        let Pixels {
            width,
            height,
            channels,
            bytes,
        } = &self.pixels;
        if bytes.len() == width * height * channels {
            Ok(self.pixels)
        } else {
            Err(Unfit::Damaged)
        }
    }
}

fn with_colours(line: &[u8]) -> Vec<u8> {
    let coloured = |pixel: &[u8]| match *pixel {
        [grey, alpha] => [grey, grey, grey, alpha],
        _ => [0; 4],
    };
    line.chunks_exact(2).flat_map(coloured).collect()
}

/// By `image`, all of it at once.
fn read_whole(
    mut decoder: impl ImageDecoder,
    shape: &Shape,
) -> Result<(Pixels, Orientation), Unfit> {
    decoder.set_limits(limits(shape)).map_err(unfit)?;
    if decoder.dimensions() != (shape.width, shape.height) {
        return Err(Unfit::Damaged);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(unfit)?;
    Ok((pixels_of(picture), orientation))
}

fn limits(shape: &Shape) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(shape.width);
    limits.max_image_height = Some(shape.height);
    limits.max_alloc = Some(DECODERS_OWN as u64);
    limits
}

fn unfit(cause: ImageError) -> Unfit {
    match cause {
        ImageError::Limits(_) => Unfit::Dimensions,
        _ => Unfit::Damaged,
    }
}

fn orientation_in(exif: Option<&[u8]>) -> Orientation {
    exif.and_then(Orientation::from_exif_chunk)
        .unwrap_or(Orientation::NoTransforms)
}

/// The picture's bytes: of one channel, of three, or of four with alpha.
fn pixels_of(picture: DynamicImage) -> Pixels {
    let (width, height) = (length(picture.width()), length(picture.height()));
    let (channels, bytes) = match picture {
        DynamicImage::ImageLuma8(grey) => (1, grey.into_raw()),
        other if other.color().has_alpha() => (4, other.into_rgba8().into_raw()),
        other => (3, other.into_rgb8().into_raw()),
    };
    Pixels {
        width,
        height,
        channels,
        bytes,
    }
}

/// As large as it is kept, the way it is looked at.
fn upright(pixels: Pixels, orientation: Orientation) -> Result<Pixels, Unfit> {
    let size = (pixels.width, pixels.height);
    let kept = kept_of(size, orientation);
    // Smaller first: turning takes a second picture.
    let smaller = if kept == size {
        pixels
    } else {
        pixels.shrunk(kept.0, kept.1)
    };
    if orientation == Orientation::NoTransforms {
        return Ok(smaller);
    }
    let mut picture = picture_of(smaller).ok_or(Unfit::Damaged)?;
    picture.apply_orientation(orientation);
    Ok(pixels_of(picture))
}

/// The size at which a picture is kept, as it lies in its file.
fn kept_of((width, height): Size, orientation: Orientation) -> Size {
    let lies = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    if lies {
        let (shown_width, shown_height) = fitting((height, width));
        (shown_height, shown_width)
    } else {
        fitting((width, height))
    }
}

/// The size at which a picture is kept: never larger than it is.
fn fitting((width, height): Size) -> Size {
    let (most_wide, most_high) = (length(LARGEST_WIDTH), length(LARGEST_HEIGHT));
    let (mut kept_width, mut kept_height) = (width, height);
    if kept_width > most_wide {
        (kept_width, kept_height) = (most_wide, height * most_wide / width.max(1));
    }
    if kept_height > most_high {
        (kept_width, kept_height) = (width * most_high / height.max(1), most_high);
    }
    (kept_width.max(1), kept_height.max(1))
}

fn picture_of(pixels: Pixels) -> Option<DynamicImage> {
    let width = u32::try_from(pixels.width).ok()?;
    let height = u32::try_from(pixels.height).ok()?;
    match pixels.channels {
        1 => GrayImage::from_raw(width, height, pixels.bytes).map(DynamicImage::ImageLuma8),
        3 => RgbImage::from_raw(width, height, pixels.bytes).map(DynamicImage::ImageRgb8),
        _ => RgbaImage::from_raw(width, height, pixels.bytes).map(DynamicImage::ImageRgba8),
    }
}

fn size_of(shape: &Shape) -> Size {
    (length(shape.width), length(shape.height))
}

fn length(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

    use super::*;

    /// Gets lighter to the right and redder downwards.
    fn shaded(width: u32, height: u32) -> DynamicImage {
        let shade = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap();
        let pixel = |x, y| image::Rgb([shade(y, height), shade(x, width), 90]);
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pixel))
    }

    fn file(picture: &DynamicImage, format: image::ImageFormat) -> Bytes {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner().into()
    }

    fn read_file(file: Bytes) -> Pixels {
        let shape = Shape::of(&file).unwrap();
        read(file, &shape).unwrap()
    }

    #[test]
    fn a_png_that_comes_line_by_line_is_the_one_that_is_read_whole() {
        for (width, height) in [(300, 200), (2400, 330), (70, 3000)] {
            let picture = shaded(width, height);
            let by_lines = read_file(file(&picture, image::ImageFormat::Png));
            let held = by_lines.bytes.capacity();
            assert!(held < 2 * by_lines.bytes.len(), "never more than is kept");
            let whole = upright(pixels_of(picture), Orientation::NoTransforms).unwrap();
            assert_eq!(by_lines, whole, "{width} x {height}");
        }
    }

    #[test]
    fn grey_with_alpha_and_sixteen_bits_become_eight_of_colours() {
        let mut two = Vec::new();
        let encoder = PngEncoder::new(&mut two);
        encoder
            .write_image(&[10, 255, 200, 0], 2, 1, ExtendedColorType::La8)
            .unwrap();
        let read = read_file(two.into());
        assert_eq!(
            (read.channels, &read.bytes[..]),
            (4, &[10, 10, 10, 255, 200, 200, 200, 0][..])
        );
        let deep = DynamicImage::ImageRgb16(shaded(40, 30).into_rgb16());
        let read = read_file(file(&deep, image::ImageFormat::Png));
        assert_eq!(read, pixels_of(shaded(40, 30)));
    }

    #[test]
    fn a_png_that_ends_early_is_damaged() {
        let whole = file(&shaded(300, 200), image::ImageFormat::Png);
        let shape = Shape::of(&whole).unwrap();
        let cut = whole.slice(..whole.len() / 2);
        assert_eq!(read(cut, &shape).err(), Some(Unfit::Damaged));
    }

    #[test]
    fn a_jpeg_is_what_image_makes_of_it() {
        for picture in [
            shaded(300, 200),
            DynamicImage::ImageLuma8(shaded(65, 33).into_luma8()),
        ] {
            let file = file(&picture, image::ImageFormat::Jpeg);
            let other = image::load_from_memory(&file).unwrap();
            assert_eq!(read_file(file), pixels_of(other));
        }
    }
}

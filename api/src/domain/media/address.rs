//! Addresses of pictures: the checksum is part of them, so their bytes never change.

use entities::enums::ImageFormat;

use super::Picture;

/// The widths that variants exist in, in pixels; an asset has those up to its own width.
const LADDER: [i32; 7] = [160, 320, 480, 640, 960, 1280, 1920];

/// An asset is at most as wide as the ladder: nobody asks for more.
pub(super) const LARGEST_WIDTH: u32 = 1920;

/// Enough of the checksum to tell two versions of one asset apart.
const CHECKSUM_DIGITS: usize = 12;

/// How clients reach `/media`, without a slash at the end: `https://api.mtuf.ru`.
#[derive(Clone, Debug)]
pub struct MediaBase(pub String);

impl Picture {
    /// The folder of the asset's variants, below `/media` and below the media folder alike.
    #[must_use]
    pub fn folder(&self) -> String {
        let checksum = self
            .checksum
            .get(..CHECKSUM_DIGITS)
            .unwrap_or(&self.checksum);
        format!("{}-{checksum}", self.id)
    }

    /// The type of its files (RFC 2046).
    #[must_use]
    pub const fn mime_type(&self) -> &'static str {
        match self.format {
            ImageFormat::Png => "image/png",
            ImageFormat::Jpeg => "image/jpeg",
            ImageFormat::Webp => "image/webp",
        }
    }

    /// The widths that this asset exists in, narrow to wide.
    #[must_use]
    pub fn widths(&self) -> Vec<i32> {
        widths_up_to(self.width)
    }

    /// The height of the variant of that width, keeping the proportions.
    #[must_use]
    pub fn height_at(&self, width: i32) -> i32 {
        height_at((self.width, self.height), width)
    }

    /// The file name of the variant of that width.
    #[must_use]
    pub fn file_name(&self, width: i32) -> String {
        format!("{width}.{}", extension(self.format))
    }

    /// The path of the variant of that width, on this server.
    #[must_use]
    pub fn path(&self, width: i32) -> String {
        format!("/media/{}/{}", self.folder(), self.file_name(width))
    }

    #[must_use]
    pub fn url(&self, base: &MediaBase, width: i32) -> String {
        format!("{}{}", base.0, self.path(width))
    }
}

/// The widths that an asset of that width exists in, narrow to wide.
pub(super) fn widths_up_to(width: i32) -> Vec<i32> {
    let narrower = LADDER.into_iter().filter(|rung| *rung < width);
    narrower.chain([width]).collect()
}

/// The height of a picture of that size when it is that wide.
pub(super) fn height_at((width, height): (i32, i32), at: i32) -> i32 {
    let exact = i64::from(height) * i64::from(at) / i64::from(width.max(1));
    i32::try_from(exact.max(1)).unwrap_or(1)
}

const fn extension(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "png",
        ImageFormat::Jpeg => "jpg",
        ImageFormat::Webp => "webp",
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn variants_follow_the_ladder_up_to_the_asset_itself() {
        let picture = Picture {
            id: Uuid::nil(),
            format: ImageFormat::Png,
            checksum: "0123456789abcdef".into(),
            width: 700,
            height: 350,
            alt: String::new(),
            blur_hash: String::new(),
            credit: None,
        };
        assert_eq!(picture.widths(), [160, 320, 480, 640, 700]);
        assert_eq!(picture.height_at(320), 160);
        assert!(picture.folder().ends_with("-0123456789ab"));
    }
}

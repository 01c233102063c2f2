//! Making a picture smaller: each new pixel is the average of exactly the area that it covers.
//!
//! It holds two rows of sums and no second picture: rows take the place of lines that were read, or of
//! lines that were never held. The filters of `image` are sharper, but hold sixteen bytes for every pixel
//! of a whole intermediate picture.

/// A picture as bytes: rows of pixels of one channel, of three, or of four with alpha last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub width: usize,
    pub height: usize,
    pub channels: usize,
    pub bytes: Vec<u8>,
}

impl Pixels {
    /// The same picture, not larger than before, in the memory that it has.
    #[must_use]
    pub fn shrunk(mut self, width: usize, height: usize) -> Self {
        let size = (width.clamp(1, self.width), height.clamp(1, self.height));
        let line = self.width * self.channels;
        let mut shrinking = Shrinking::new((self.width, self.height), size, self.channels);
        let mut written = 0;
        for y in 0..self.height {
            let Some(source) = self.bytes.get(y * line..(y + 1) * line) else {
                break;
            };
            if !shrinking.add(source) {
                continue;
            }
            // Rows are shorter and fewer than before: they never reach what is still to be read.
            let end = written + shrinking.row();
            if let Some(target) = self.bytes.get_mut(written..end) {
                shrinking.write(target);
            }
            written = end;
        }
        self.bytes.truncate(written);
        (self.width, self.height) = size;
        self
    }
}

/// A picture on its way to being smaller: its lines go in one after another, and rows come out.
pub struct Shrinking {
    rows: Coverage,
    columns: Coverage,
    channels: usize,
    /// The line that comes next.
    y: usize,
    /// Of the row that is being filled.
    sums: Vec<u64>,
    /// Of the last line.
    line_sums: Vec<u64>,
    /// What of the last line belongs to the next row.
    rest: u64,
}

impl Shrinking {
    /// Of a picture of the first size to one of the second, which is not larger.
    #[must_use]
    pub fn new(
        (width, height): (usize, usize),
        (to_width, to_height): (usize, usize),
        channels: usize,
    ) -> Self {
        Self {
            rows: Coverage::of(height, to_height),
            columns: Coverage::of(width, to_width),
            channels,
            y: 0,
            sums: vec![0; to_width * channels],
            line_sums: vec![0; to_width * channels],
            rest: 0,
        }
    }

    /// Bytes of a row that comes out.
    #[must_use]
    pub fn row(&self) -> usize {
        self.sums.len()
    }

    /// Takes the next line; says whether a row is full with it and must be written now.
    #[must_use]
    pub fn add(&mut self, line: &[u8]) -> bool {
        self.add_up(line);
        let share = self.rows.share(self.y);
        self.y += 1;
        add(&mut self.sums, &self.line_sums, share.first);
        self.rest = share.rest;
        share.ends_row
    }

    /// Writes the row that is full.
    pub fn write(&mut self, target: &mut [u8]) {
        let area = self.rows.whole * self.columns.whole;
        let pixels = target.chunks_exact_mut(self.channels);
        for (sums, pixel) in self.sums.chunks_exact(self.channels).zip(pixels) {
            // Colours are weighted by alpha: what is transparent has none to give.
            let weight = match *sums {
                [_, _, _, alpha] => alpha,
                _ => area,
            };
            for (sum, channel) in sums.iter().zip(pixel.iter_mut()).take(3) {
                *channel = byte(*sum, weight);
            }
            if let ([_, _, _, alpha], [_, _, _, opacity]) = (sums, pixel) {
                *opacity = byte(*alpha, area);
            }
        }
        self.sums.fill(0);
        add(&mut self.sums, &self.line_sums, self.rest);
    }

    /// Sums a line's pixels into those that they fall on.
    fn add_up(&mut self, line: &[u8]) {
        self.line_sums.fill(0);
        let mut targets = self.line_sums.chunks_exact_mut(self.channels);
        let Some(mut target) = targets.next() else {
            return;
        };
        for (x, pixel) in line.chunks_exact(self.channels).enumerate() {
            let share = self.columns.share(x);
            add_pixel(target, pixel, share.first);
            if share.ends_row {
                match targets.next() {
                    Some(next) => target = next,
                    None => return,
                }
                add_pixel(target, pixel, share.rest);
            }
        }
    }
}

/// How the cells of a long line fall on those of a shorter one, in parts of one cell of either.
struct Coverage {
    /// Parts of a long cell.
    cell: u64,
    /// Parts of a short cell.
    whole: u64,
}

/// How a long cell is shared between the short one that is being filled and the next.
struct Share {
    first: u64,
    /// Whether the short cell is full with it.
    ends_row: bool,
    rest: u64,
}

impl Coverage {
    const fn of(long: usize, short: usize) -> Self {
        Self {
            cell: short as u64,
            whole: long as u64,
        }
    }

    const fn share(&self, at: usize) -> Share {
        let begins = at as u64 * self.cell;
        let ends = begins + self.cell;
        let boundary = (begins / self.whole + 1) * self.whole;
        if ends < boundary {
            return Share {
                first: self.cell,
                ends_row: false,
                rest: 0,
            };
        }
        Share {
            first: boundary - begins,
            ends_row: true,
            rest: ends - boundary,
        }
    }
}

fn add(sums: &mut [u64], row_sums: &[u64], weight: u64) {
    for (sum, row_sum) in sums.iter_mut().zip(row_sums) {
        *sum += row_sum * weight;
    }
}

fn add_pixel(sums: &mut [u64], pixel: &[u8], weight: u64) {
    let weight = match *pixel {
        [_, _, _, alpha] => {
            if let Some(sum) = sums.last_mut() {
                *sum += u64::from(alpha) * weight;
            }
            u64::from(alpha) * weight
        }
        _ => weight,
    };
    for (sum, channel) in sums.iter_mut().zip(pixel).take(3) {
        *sum += u64::from(*channel) * weight;
    }
}

/// The average, rounded.
fn byte(sum: u64, weight: u64) -> u8 {
    let average = (sum + weight / 2).checked_div(weight).unwrap_or_default();
    u8::try_from(average).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: usize, height: usize, greys: &[u8]) -> Pixels {
        Pixels {
            width,
            height,
            channels: 3,
            bytes: greys.iter().flat_map(|grey| [*grey; 3]).collect(),
        }
    }

    #[test]
    fn a_pixel_is_the_average_of_what_it_covers() {
        let picture = grey(4, 2, &[0, 100, 10, 30, 100, 200, 20, 40]);
        assert_eq!(picture.clone().shrunk(2, 1), grey(2, 1, &[100, 25]));
        assert_eq!(picture.clone().shrunk(4, 2), picture);
        assert_eq!(picture.clone().shrunk(9, 9), picture);
    }

    #[test]
    fn a_pixel_on_the_border_counts_on_both_sides() {
        let picture = grey(3, 1, &[0, 90, 240]);
        assert_eq!(picture.shrunk(2, 1), grey(2, 1, &[30, 190]));
    }

    #[test]
    fn what_is_made_smaller_again_and_again_stays_where_it_was() {
        let columns: Vec<u8> = (0..200).map(|x| if x < 100 { 40 } else { 220 }).collect();
        let mut picture = grey(200, 50, &columns.repeat(50));
        let place = picture.bytes.as_ptr();
        for (width, height) in [(170, 43), (96, 24), (64, 16), (31, 8)] {
            picture = picture.shrunk(width, height);
            assert_eq!(picture.bytes.as_ptr(), place, "no second picture is held");
            let half = width / 2;
            assert_eq!((picture.width, picture.height), (width, height));
            assert_eq!(picture.bytes.len(), width * height * 3);
            for row in picture.bytes.chunks_exact(width * 3) {
                assert!(row[..(half - 1) * 3].iter().all(|light| *light == 40));
                assert!(row[(half + 2) * 3..].iter().all(|light| *light == 220));
            }
        }
    }

    #[test]
    fn what_is_transparent_gives_no_colour() {
        let picture = Pixels {
            width: 2,
            height: 1,
            channels: 4,
            bytes: vec![200, 100, 50, 255, 0, 255, 0, 0],
        };
        assert_eq!(picture.shrunk(1, 1).bytes, [200, 100, 50, 128]);
    }
}

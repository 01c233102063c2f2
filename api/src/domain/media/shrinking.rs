//! Making a picture smaller: each new pixel is the average of exactly the area that it covers.
//!
//! It holds one row of sums beside the two pictures. The filters of `image` are sharper, but hold
//! sixteen bytes for every pixel of a whole intermediate picture.

/// A picture as bytes: rows of pixels of one channel, of three, or of four with alpha last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub width: usize,
    pub height: usize,
    pub channels: usize,
    pub bytes: Vec<u8>,
}

impl Pixels {
    /// The same picture, not larger than before.
    pub fn shrunk(&self, width: usize, height: usize) -> Self {
        let (width, height) = (width.clamp(1, self.width), height.clamp(1, self.height));
        let rows = Coverage::of(self.height, height);
        let columns = Coverage::of(self.width, width);
        let mut shrunk = Self {
            width,
            height,
            channels: self.channels,
            bytes: Vec::with_capacity(width * height * self.channels),
        };
        let mut sums = vec![0_u64; width * self.channels];
        let mut row_sums = vec![0_u64; width * self.channels];
        let lines = self.bytes.chunks_exact(self.width * self.channels);
        for (y, line) in lines.enumerate() {
            self.add_up(line, &columns, &mut row_sums);
            let share = rows.share(y);
            add(&mut sums, &row_sums, share.first);
            if share.ends_row {
                shrunk.push_row(&sums, rows.whole * columns.whole);
                sums.fill(0);
                add(&mut sums, &row_sums, share.rest);
            }
        }
        shrunk
    }

    /// Sums a line's pixels into those that they fall on.
    fn add_up(&self, line: &[u8], columns: &Coverage, sums: &mut [u64]) {
        sums.fill(0);
        let mut targets = sums.chunks_exact_mut(self.channels);
        let Some(mut target) = targets.next() else {
            return;
        };
        for (x, pixel) in line.chunks_exact(self.channels).enumerate() {
            let share = columns.share(x);
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

    fn push_row(&mut self, sums: &[u64], area: u64) {
        for pixel in sums.chunks_exact(self.channels) {
            match *pixel {
                [grey] => self.bytes.push(byte(grey, area)),
                [red, green, blue] => {
                    self.bytes
                        .extend([red, green, blue].map(|sum| byte(sum, area)));
                }
                // Colours are weighted by alpha: what is transparent has none to give.
                [red, green, blue, alpha] => {
                    self.bytes
                        .extend([red, green, blue].map(|sum| byte(sum, alpha)));
                    self.bytes.push(byte(alpha, area));
                }
                _ => {}
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
        assert_eq!(picture.shrunk(2, 1), grey(2, 1, &[100, 25]));
        assert_eq!(picture.shrunk(4, 2), picture);
        assert_eq!(picture.shrunk(9, 9), picture);
    }

    #[test]
    fn a_pixel_on_the_border_counts_on_both_sides() {
        let picture = grey(3, 1, &[0, 90, 240]);
        assert_eq!(picture.shrunk(2, 1), grey(2, 1, &[30, 190]));
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

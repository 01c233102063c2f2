//! "Near me": a flat approximation of distance that both databases can compute and index.
//!
//! Within the 100 km that a filter may span, a plane whose degrees of longitude are shrunk by the
//! cosine of the asker's latitude is off by less than a thousandth. Only plain arithmetic reaches
//! the database, since SQLite may be built without mathematical functions.

use entities::outlet;
use sea_orm::{
    ColumnTrait, ExprTrait,
    sea_query::{Expr, SimpleExpr},
};

use crate::infra::error::Error;

/// Metres in a degree of a great circle, from the Earth's mean radius of 6,371,008.8 m.
const METRES_A_DEGREE: f64 = 111_195.08;
/// The widest circle that a filter may draw.
const LARGEST_RADIUS_METRES: f64 = 100_000.0;

/// A circle on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    latitude: f64,
    longitude: f64,
    radius_metres: f64,
}

impl Circle {
    /// A circle around a place on Earth.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` naming the field that is out of range.
    pub fn new(latitude: f64, longitude: f64, radius_metres: f64) -> Result<Self, Error> {
        // At the poles the cosine vanishes; no member is there.
        if !(-89.0..=89.0).contains(&latitude) {
            return Err(Error::bad_input(
                "filter.near.latitude",
                "ожидается широта от −89 до 89",
            ));
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(Error::bad_input(
                "filter.near.longitude",
                "ожидается долгота от −180 до 180",
            ));
        }
        if !(1.0..=LARGEST_RADIUS_METRES).contains(&radius_metres) {
            return Err(Error::bad_input(
                "filter.near.radiusMetres",
                "ожидается от 1 до 100000 метров",
            ));
        }
        Ok(Self {
            latitude,
            longitude,
            radius_metres,
        })
    }

    fn metres_a_degree_of_longitude(&self) -> f64 {
        METRES_A_DEGREE * self.latitude.to_radians().cos()
    }

    /// Squared metres from the centre to a row's outlet, for sorting.
    pub fn squared_distance(&self) -> SimpleExpr {
        let north = Expr::col((outlet::Entity, outlet::Column::Latitude))
            .sub(self.latitude)
            .mul(METRES_A_DEGREE);
        let east = Expr::col((outlet::Entity, outlet::Column::Longitude))
            .sub(self.longitude)
            .mul(self.metres_a_degree_of_longitude());
        north.clone().mul(north).add(east.clone().mul(east))
    }

    /// The condition that a row's outlet is inside; the bounding box lets an index help.
    pub fn contains(&self) -> SimpleExpr {
        let high = self.radius_metres / METRES_A_DEGREE;
        let wide = self.radius_metres / self.metres_a_degree_of_longitude();
        outlet::Column::Latitude
            .between(self.latitude - high, self.latitude + high)
            .and(outlet::Column::Longitude.between(self.longitude - wide, self.longitude + wide))
            .and(
                self.squared_distance()
                    .lte(self.radius_metres * self.radius_metres),
            )
    }

    /// Metres from the centre to a place.
    #[must_use]
    pub fn distance_metres(&self, latitude: f64, longitude: f64) -> f64 {
        let north = (latitude - self.latitude) * METRES_A_DEGREE;
        let east = (longitude - self.longitude) * self.metres_a_degree_of_longitude();
        north.hypot(east)
    }

    /// A key for batching: circles are equal when every bit is.
    #[must_use]
    pub const fn bits(&self) -> [u64; 3] {
        [
            self.latitude.to_bits(),
            self.longitude.to_bits(),
            self.radius_metres.to_bits(),
        ]
    }

    /// The circle of such a key.
    #[must_use]
    pub const fn from_bits([latitude, longitude, radius_metres]: [u64; 3]) -> Self {
        Self {
            latitude: f64::from_bits(latitude),
            longitude: f64::from_bits(longitude),
            radius_metres: f64::from_bits(radius_metres),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_across_moscow_is_as_long_as_on_the_map() {
        // Red Square to Moscow State University: 8.6 km by haversine.
        let centre = Circle::new(55.7539, 37.6208, 10_000.0).unwrap();
        let metres = centre.distance_metres(55.7033, 37.5302);
        assert!((metres - 8_002.0).abs() < 20.0, "{metres}");
    }

    #[test]
    fn places_off_the_globe_are_refused() {
        assert!(Circle::new(91.0, 37.0, 1_000.0).is_err());
        assert!(Circle::new(55.0, f64::NAN, 1_000.0).is_err());
        assert!(Circle::new(55.0, 37.0, 0.0).is_err());
        assert!(Circle::new(55.0, 37.0, 1e9).is_err());
    }

    #[test]
    fn a_batching_key_is_the_same_circle() {
        let circle = Circle::new(55.7539, 37.6208, 1_500.0).unwrap();
        assert_eq!(Circle::from_bits(circle.bits()), circle);
    }
}

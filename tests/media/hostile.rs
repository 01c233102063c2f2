//! Files that were made to do harm: each is refused by name or becomes a picture written anew.

use entities::throttle_event;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sea_orm::EntityTrait;

use super::{
    files::{announced, held, holds, jpeg, moving, png, webp, with_a_hole},
    reason,
};
use crate::at_both_desks;

const SCRIPT: &str = "<script>alert(document.domain)</script>";
/// Of each base file.
const MUTATIONS: usize = 40;

/// One part of a file made otherwise.
fn mutated(file: &[u8], random: &mut StdRng) -> Vec<u8> {
    let mut file = file.to_vec();
    let at = random.random_range(0..file.len());
    match random.random_range(0..5) {
        0 => file[at] ^= 1 << random.random_range(0..8),
        1 => file.truncate(at),
        2 => file.splice(at..at, SCRIPT.bytes()).for_each(drop),
        3 => {
            let end = (at + random.random_range(1..64)).min(file.len());
            file[at..end].fill(random.random());
        }
        _ => {
            let end = (at + random.random_range(1..256)).min(file.len());
            file.drain(at..end);
        }
    }
    file
}

at_both_desks! {
    async fn what_is_no_picture_is_refused_by_name(desk) {
        let whole = jpeg(80, 60);
        let cases: [(&str, Vec<u8>, &str); 13] = [
            ("nothing", Vec::new(), "UNSUPPORTED_TYPE"),
            ("an SVG", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(), "UNSUPPORTED_TYPE"),
            ("a page called .jpg", format!("<html>{SCRIPT}</html>").into_bytes(), "UNSUPPORTED_TYPE"),
            ("a GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "UNSUPPORTED_TYPE"),
            ("a PDF", b"%PDF-1.7 \xff\xd8\xff".to_vec(), "UNSUPPORTED_TYPE"),
            ("half a JPEG", whole[..whole.len() / 2].to_vec(), "DAMAGED"),
            ("the head of a JPEG", b"\xff\xd8\xff\xe0".to_vec(), "DAMAGED"),
            ("half a PNG", png(80, 60)[..100].to_vec(), "DAMAGED"),
            ("half a WebP", webp(80, 60)[..40].to_vec(), "DAMAGED"),
            ("a wide PNG", announced(9000, 1), "DIMENSIONS_TOO_LARGE"),
            ("a bomb", announced(u32::MAX >> 1, u32::MAX >> 1), "DIMENSIONS_TOO_LARGE"),
            ("a small bomb", announced(8000, 8000), "DIMENSIONS_TOO_LARGE"),
            ("a moving picture", moving(), "ANIMATED"),
        ];
        for (what, file, expected) in cases {
            let refused = desk.send(file).await;
            assert_eq!((refused.status.as_u16(), refused.code()), (400, "BAD_USER_INPUT"), "{what}");
            assert_eq!(reason(&refused), expected, "{what}");
        }
        assert_eq!(desk.folders(), Vec::<String>::new());
    }

    async fn a_page_behind_a_picture_is_not_kept(desk) {
        let mut behind = jpeg(80, 60);
        behind.extend(SCRIPT.as_bytes());
        // In a comment of its own, before the picture begins.
        let length = u16::try_from(SCRIPT.len() + 2).expect("a short comment");
        let comment = [&[0xff, 0xfe][..], &length.to_be_bytes(), SCRIPT.as_bytes()].concat();
        let mut before = jpeg(81, 60);
        before.splice(2..2, comment);
        for polyglot in [behind, before] {
            assert!(holds(&polyglot, SCRIPT));
            desk.sent(polyglot).await;
        }
        assert!(desk.stored().iter().all(|file| !holds(file, "<script")));
    }

    async fn two_hundred_broken_files_do_no_harm(desk) {
        let mut random = StdRng::seed_from_u64(5);
        let bases = [held(&jpeg(120, 80)), jpeg(64, 64), png(70, 50), webp(70, 50), with_a_hole()];
        let (mut taken, mut refused) = (0, 0);
        for base in &bases {
            for _ in 0..MUTATIONS {
                let answer = desk.send(mutated(base, &mut random)).await;
                match answer.status.as_u16() {
                    200 | 201 => taken += 1,
                    400 => {
                        assert!(["UNSUPPORTED_TYPE", "DAMAGED", "DIMENSIONS_TOO_LARGE", "ANIMATED"].contains(&reason(&answer)));
                        refused += 1;
                    }
                    other => panic!("{other}: {:#}", answer.body),
                }
            }
            // A day's quota is not what is tried here.
            throttle_event::Entity::delete_many()
                .exec(desk.app.database.writer())
                .await
                .expect("forgotten");
        }
        assert_eq!(taken + refused, bases.len() * MUTATIONS);
        assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
        for file in desk.stored() {
            let format = image::guess_format(&file).expect("a picture");
            assert!(image::load_from_memory_with_format(&file, format).is_ok());
            assert!(!holds(&file, "<script"));
        }
        let alive = desk.app.client.get(desk.app.url("/livez")).send().await;
        assert_eq!(alive.expect("an answer").status(), 200);
    }
}

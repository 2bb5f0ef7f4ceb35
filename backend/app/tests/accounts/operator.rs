//! What who runs the server does for people.

use crontopus_app::Error;
use crontopus_app::access::Origin;
use crontopus_store::testing::each;
use totp_rs::{Builder, Secret};

use crate::world::{EMAIL, OTHER, PASSWORD, World, secret_in};

#[tokio::test]
async fn a_second_factor_stays_over_a_new_password_until_it_is_taken_away() {
    each(|store| async move {
        let world = World::new(store).await;
        let begun = world.app.begin_second_factor(&world.ada, PASSWORD).await.unwrap();
        let totp =
            Builder::new().with_secret(Secret::try_from_base32(&begun.secret).unwrap()).build().unwrap();
        let code = totp.generate(u64::try_from(world.app.clock().now_ms() / 1000).unwrap()).to_string();
        world.app.confirm_second_factor(&world.ada, &code).await.unwrap();

        let secret = secret_in(&world.app.password_reset_link(EMAIL).await.unwrap());
        world.app.reset_password(Origin::default(), &secret, OTHER.to_owned()).await.unwrap();
        assert!(matches!(world.sign_in(OTHER, None).await, Err(Error::SecondFactorRequired)));
        assert!(matches!(
            world.app.remove_second_factor("nobody@acme.example").await,
            Err(Error::NotFound(_))
        ));
        world.app.remove_second_factor("Ada@Acme.example").await.unwrap();
        world.sign_in(OTHER, None).await.unwrap();
        assert!(matches!(world.app.remove_second_factor(EMAIL).await, Err(Error::Conflict(_))));
        let audit = world.audit().await;
        for action in ["request_password_reset", "remove_second_factor"] {
            let line = ("the server's operator".to_owned(), action.to_owned(), EMAIL.to_owned());
            assert!(audit.contains(&line), "{audit:?}");
        }
    })
    .await;
}

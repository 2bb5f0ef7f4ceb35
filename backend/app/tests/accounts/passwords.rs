//! Other passwords: asked for by mail, and changed by who knows the present one.

use crontopus_app::access::Origin;
use crontopus_app::{Error, secret};
use crontopus_store::SystemScope;
use crontopus_store::testing::each;

use crate::world::{EMAIL, OTHER, PASSWORD, World, secret_in};

fn ask(world: &World, email: &str) {
    let origin = Origin { address: Some("192.0.2.7".parse().unwrap()) };
    world.app.request_password_reset(origin, email.to_owned()).unwrap();
}

async fn set(world: &World, secret: &str, password: &str) -> Result<(), Error> {
    world.app.reset_password(Origin::default(), secret, password.to_owned()).await
}

#[tokio::test]
async fn a_mail_leads_to_another_password() {
    each(|store| async move {
        let mut world = World::new(store).await;
        // Whatever the case, as at sign-in; nobody by the other address.
        ask(&world, "nobody@acme.example");
        ask(&world, "ADA@acme.example");
        let mail = world.mail.wait_for(1).await.remove(0);
        assert_eq!(mail.to, [EMAIL]);
        assert!(mail.data.contains("Subject: Set a new password"), "{}", mail.data);
        assert!(mail.data.contains("192.0.2.7"), "{}", mail.data);
        let secret = secret_in(&mail.data);

        // Asking changes nothing yet; a bad password uses nothing up.
        assert!(world.sign_in(PASSWORD, None).await.is_ok() && world.is_in(&world.session).await);
        assert!(matches!(set(&world, &secret, "short").await, Err(Error::WeakPassword(_))));
        assert!(matches!(set(&world, &secret, "ada@acme.example1").await, Err(Error::WeakPassword(_))));
        assert!(matches!(set(&world, &secret[1..], OTHER).await, Err(Error::NotFound(_))));
        set(&world, &secret, OTHER).await.unwrap();
        assert!(matches!(set(&world, &secret, PASSWORD).await, Err(Error::NotFound(_))), "once");

        assert!(!world.is_in(&world.session).await, "every session ends");
        assert!(matches!(world.sign_in(PASSWORD, None).await, Err(Error::InvalidCredentials)));
        world.sign_in(OTHER, None).await.unwrap();
        let told = world.mail.wait_for(2).await.remove(1);
        assert_eq!(told.to, [EMAIL]);
        assert!(told.data.contains("Subject: Your password was changed"), "{}", told.data);
        let audit = world.audit().await;
        let line = |who: &str, what: &str| (who.to_owned(), what.to_owned(), EMAIL.to_owned());
        assert!(audit.contains(&line("anybody", "request_password_reset")), "{audit:?}");
        assert!(audit.contains(&line(EMAIL, "reset_password")), "{audit:?}");
    })
    .await;
}

#[tokio::test]
async fn a_link_ends_after_an_hour_and_with_the_password() {
    each(|store| async move {
        let world = World::new(store).await;
        let link = || async { secret_in(&world.app.password_reset_link(EMAIL).await.unwrap()) };
        let late = link().await;
        world.pass(59);
        let (used, left, third) = (link().await, link().await, link().await);
        world.pass(1);
        assert!(matches!(set(&world, &late, OTHER).await, Err(Error::NotFound(_))));
        set(&world, &used, OTHER).await.unwrap();
        assert!(matches!(set(&world, &left, PASSWORD).await, Err(Error::NotFound(_))));

        let fresh = link().await;
        let signed = world.sign_in(OTHER, None).await.unwrap();
        let ada = world.app.session_actor(&signed.secret, None, Origin::default()).await.unwrap();
        world.app.change_password(&ada, OTHER, PASSWORD.to_owned()).await.unwrap();
        for ended in [&fresh, &third] {
            assert!(matches!(set(&world, ended, OTHER).await, Err(Error::NotFound(_))));
        }
        world.sign_in(PASSWORD, None).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_does() {
    each(|store| async move {
        let world = World::new(store).await;
        let secret = secret_in(&world.app.password_reset_link(EMAIL).await.unwrap());
        let done = futures_util::future::join_all((0..4).map(|_| set(&world, &secret, OTHER))).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
    })
    .await;
}

#[tokio::test]
async fn the_secret_of_a_link_is_not_kept() {
    each(|store| async move {
        let world = World::new(store.clone()).await;
        let secret = secret_in(&world.app.password_reset_link(EMAIL).await.unwrap());
        assert_eq!(secret.len(), 43);
        let mut read = store.read(SystemScope::for_credentials()).await.unwrap();
        assert!(read.find_password_reset(&secret).await.unwrap().is_none());
        assert!(read.find_password_reset(&secret::hash(&secret)).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_is_busy_is_asked_again() {
    each(|store| async move {
        let mut world = World::new(store).await;
        world.mail.refuse("451 later");
        ask(&world, EMAIL);
        let mail = world.mail.wait_for(1).await.remove(0);
        set(&world, &secret_in(&mail.data), OTHER).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_knows_the_password_changes_it_and_stays_in() {
    each(|store| async move {
        let mut world = World::new(store).await;
        let other = world.sign_in(PASSWORD, None).await.unwrap().secret;
        let change =
            |present: &'static str, new: &str| world.app.change_password(&world.ada, present, new.to_owned());
        let wrong = |done: Result<(), Error>, field: &str| match done {
            Err(Error::Invalid(fields)) => assert_eq!(fields[0].pointer, field, "{fields:?}"),
            other => panic!("{other:?}"),
        };
        wrong(change("not the password", OTHER).await, "/password");
        wrong(change(PASSWORD, "password1234").await, "/new_password");
        change(PASSWORD, OTHER).await.unwrap();
        assert!(world.is_in(&world.session).await && !world.is_in(&other).await);
        assert!(world.sign_in(PASSWORD, None).await.is_err());
        world.sign_in(OTHER, None).await.unwrap();
        let mail = world.mail.wait_for(1).await.remove(0);
        assert!(mail.data.contains("Your password was changed"), "{}", mail.data);
        assert!(world.audit().await.iter().any(|(_, action, _)| action == "change_password"));
    })
    .await;
}

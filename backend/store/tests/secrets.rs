//! What is encrypted or used up once, on both databases.

use crontopus_domain::RepositoryKind;
use crontopus_ids::{PasskeyId, RepositoryId, SessionId, TenantId, UserId};
use crontopus_store::testing::each;
use crontopus_store::{
    NewRepository, Passkey, PasskeyChallenge, PasswordReset, Session, StoreError, SystemScope, TenantScope,
    User,
};

fn tenant(n: u128) -> TenantScope {
    TenantScope::of(TenantId::from_bits(n))
}

#[tokio::test]
async fn a_step_and_a_recovery_code_are_used_once() {
    each(|store| async move {
        let (user, other) = (UserId::from_bits(1), UserId::from_bits(2));
        let mut tx = store.begin(SystemScope::for_sign_in()).await.unwrap();
        assert!(tx.set_second_factor(user, b"one", 5).await.unwrap());
        assert!(tx.set_second_factor(user, b"two", 6).await.unwrap(), "what is not in force is replaced");
        assert!(tx.confirm_second_factor(user, 7).await.unwrap());
        assert!(!tx.confirm_second_factor(user, 8).await.unwrap());
        assert!(!tx.set_second_factor(user, b"three", 9).await.unwrap(), "what is in force stays");
        let factor = tx.find_second_factor(user).await.unwrap().unwrap();
        assert_eq!((factor.sealed.as_slice(), factor.confirmed_at, factor.step), (&b"two"[..], Some(7), 0));
        assert!(tx.use_step(user, 100).await.unwrap());
        assert!(!tx.use_step(user, 100).await.unwrap() && !tx.use_step(user, 99).await.unwrap());
        tx.replace_recovery_codes(user, &["a".into(), "b".into()]).await.unwrap();
        tx.replace_recovery_codes(other, &["a".into()]).await.unwrap();
        tx.replace_recovery_codes(user, &["c".into(), "d".into()]).await.unwrap();
        assert!(!tx.use_recovery_code(user, "a").await.unwrap());
        assert!(
            tx.use_recovery_code(user, "c").await.unwrap() && !tx.use_recovery_code(user, "c").await.unwrap()
        );
        assert_eq!(tx.count_recovery_codes(user).await.unwrap(), 1);
        assert!(tx.reseal_factor(user, (b"two", b"new")).await.unwrap());
        assert!(!tx.reseal_factor(user, (b"two", b"late")).await.unwrap());
        assert_eq!(tx.list_sealed_factors().await.unwrap(), [(user, b"new".to_vec())]);
        assert!(tx.delete_second_factor(user).await.unwrap());
        assert_eq!(tx.count_recovery_codes(user).await.unwrap(), 0);
        assert_eq!(tx.count_recovery_codes(other).await.unwrap(), 1);
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_webhook_is_its_repositorys_and_goes_with_it() {
    each(|store| async move {
        let id = RepositoryId::from_bits(1);
        let mut tx = store.begin(tenant(1)).await.unwrap();
        let new = NewRepository {
            id,
            kind: RepositoryKind::Remote,
            name: "jobs".into(),
            remote_url: Some("https://git.example/jobs.git".into()),
            branch: "main".into(),
            sealed: None,
            sync_interval_s: 60,
            created_at: 1,
        };
        tx.create_repository(&new).await.unwrap();
        tx.set_repository_hook(id, b"one", 5).await.unwrap();
        tx.note_hook_call(id, 6, "github").await.unwrap();
        let hook = tx.find_repository_hook(id).await.unwrap().unwrap();
        assert_eq!(
            (hook.created_at, hook.received_at, hook.provider.as_deref()),
            (5, Some(6), Some("github"))
        );
        tx.set_repository_hook(id, b"two", 7).await.unwrap();
        let hook = tx.find_repository_hook(id).await.unwrap().unwrap();
        assert_eq!((hook.created_at, hook.received_at), (7, None), "a new secret was never used");
        tx.commit().await.unwrap();

        let mut read = store.read(SystemScope::for_credentials()).await.unwrap();
        assert_eq!(read.find_hook_secret(id).await.unwrap(), Some((TenantId::from_bits(1), b"two".to_vec())));
        assert_eq!(read.find_hook_secret(RepositoryId::from_bits(2)).await.unwrap(), None);
        drop(read);
        let mut foreign = store.begin(tenant(2)).await.unwrap();
        assert_eq!(foreign.find_repository_hook(id).await.unwrap(), None);
        assert!(!foreign.delete_repository_hook(id).await.unwrap());
        assert!(matches!(
            foreign.set_repository_hook(id, b"mine", 8).await,
            Err(StoreError::Conflict { .. })
        ));
        drop(foreign);

        let mut tx = store.begin(tenant(1)).await.unwrap();
        tx.delete_repository(id, 2).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin(SystemScope::for_operator()).await.unwrap();
        assert_eq!(tx.list_sealed_hooks().await.unwrap(), []);
        assert!(!tx.reseal_hook(TenantId::from_bits(1), id, (b"two", b"new")).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_link_to_set_a_password_is_used_once_and_in_time() {
    each(|store| async move {
        let (user, other) = (UserId::from_bits(1), UserId::from_bits(2));
        let reset = |user_id| PasswordReset { user_id, created_at: 100, expires_at: 200 };
        let mut tx = store.begin(SystemScope::for_sign_in()).await.unwrap();
        for (hash, whose) in [("a", user), ("b", user), ("c", other), ("d", other)] {
            tx.create_password_reset(&reset(whose), hash).await.unwrap();
        }
        assert_eq!(tx.find_password_reset("a").await.unwrap(), Some(reset(user)));
        assert!(tx.use_password_reset("a", 199).await.unwrap());
        assert!(!tx.use_password_reset("a", 199).await.unwrap(), "once");
        assert!(!tx.use_password_reset("c", 200).await.unwrap(), "in time");
        assert_eq!(tx.delete_password_resets(user).await.unwrap(), 1);
        assert_eq!(tx.find_password_reset("b").await.unwrap(), None);
        assert!(tx.find_password_reset("c").await.unwrap().is_some(), "the other's stay");
        assert_eq!(tx.delete_expired_password_resets(199).await.unwrap(), 0);
        assert_eq!(tx.delete_expired_password_resets(200).await.unwrap(), 2);
        assert!(matches!(tx.set_password(user, "hash").await, Err(StoreError::Missing { table: "users" })));
    })
    .await;
}

#[tokio::test]
async fn a_new_password_and_the_end_of_sessions_are_one_persons() {
    each(|store| async move {
        let mut tx = store.begin(SystemScope::for_sign_in()).await.unwrap();
        let session = |n: u128, user_id| Session {
            id: SessionId::from_bits(n),
            user_id,
            created_at: 1,
            seen_at: 1,
            expires_at: 1_000 + i64::try_from(n).unwrap(),
        };
        let [ann, bob] = [1, 2].map(UserId::from_bits);
        for id in [ann, bob] {
            let (email, name) = (format!("{id}@acme.example"), "A".to_owned());
            let user = User { id, email, name, password_hash: "old".to_owned(), created_at: 1 };
            tx.create_user(&user).await.unwrap();
        }
        for (n, whose) in [(1, ann), (2, ann), (3, ann), (4, bob), (5, bob)] {
            tx.create_session(&session(n, whose), &n.to_string()).await.unwrap();
        }
        tx.set_password(ann, "new").await.unwrap();
        assert_eq!(tx.find_user(ann).await.unwrap().unwrap().password_hash, "new");
        assert_eq!(tx.find_user(bob).await.unwrap().unwrap().password_hash, "old");
        assert_eq!(tx.delete_other_sessions(ann, SessionId::from_bits(2)).await.unwrap(), 2);
        assert!(tx.find_session("2").await.unwrap().is_some());
        assert_eq!(tx.delete_sessions_of(ann).await.unwrap(), 1);
        assert!(tx.find_session("4").await.unwrap().is_some(), "the other's stay");
        assert_eq!(tx.delete_expired_sessions(1_004).await.unwrap(), 1);
        assert!(tx.find_session("5").await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_passkey_is_its_persons_and_counts_on() {
    each(|store| async move {
        let (ann, bob) = (UserId::from_bits(1), UserId::from_bits(2));
        let passkey = |n: u128, user_id| Passkey {
            user_id,
            id: PasskeyId::from_bits(n),
            credential_id: format!("c{n}"),
            credential: "{\"counter\":0}".to_owned(),
            name: "Phone".to_owned(),
            created_at: 5,
            used_at: None,
        };
        let mut tx = store.begin(SystemScope::for_sign_in()).await.unwrap();
        for (n, whose) in [(1, ann), (2, ann), (3, bob)] {
            tx.create_passkey(&passkey(n, whose)).await.unwrap();
        }
        let listed = tx.list_passkeys(ann).await.unwrap();
        assert_eq!(listed, [passkey(1, ann), passkey(2, ann)]);
        assert!(tx.rename_passkey(ann, listed[0].id, "Old phone").await.unwrap());
        assert!(!tx.rename_passkey(bob, listed[0].id, "Mine").await.unwrap());
        assert!(tx.use_passkey(&listed[0], "{\"counter\":1}", 9).await.unwrap());
        assert!(
            !tx.use_passkey(&listed[0], "{\"counter\":1}", 9).await.unwrap(),
            "it counts on from what was read"
        );
        let found = tx.find_passkey("c1").await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), found.used_at), ("Old phone", Some(9)));
        assert!(!tx.delete_passkey(bob, found.id).await.unwrap());
        assert!(tx.delete_passkey(ann, found.id).await.unwrap());
        assert_eq!(tx.find_passkey("c1").await.unwrap(), None);
        tx.commit().await.unwrap();
        let mut tx = store.begin(SystemScope::for_sign_in()).await.unwrap();
        let again = Passkey { id: PasskeyId::from_bits(9), ..passkey(3, ann) };
        assert!(matches!(tx.create_passkey(&again).await, Err(StoreError::Conflict { .. })));
    })
    .await;
}

#[tokio::test]
async fn what_an_authenticator_was_asked_is_answered_once() {
    each(|store| async move {
        let challenge = |user_id, expires_at| PasskeyChallenge { user_id, expires_at };
        let mut tx = store.begin(SystemScope::for_sign_in()).await.unwrap();
        tx.create_passkey_challenge(&challenge(Some(UserId::from_bits(1)), 200), "a").await.unwrap();
        tx.create_passkey_challenge(&challenge(None, 200), "b").await.unwrap();
        tx.create_passkey_challenge(&challenge(None, 100), "c").await.unwrap();
        let taken = tx.take_passkey_challenge("a").await.unwrap();
        assert_eq!(taken, Some(challenge(Some(UserId::from_bits(1)), 200)));
        assert_eq!(tx.take_passkey_challenge("a").await.unwrap(), None);
        assert_eq!(tx.delete_expired_passkey_challenges(100).await.unwrap(), 1);
        assert_eq!(tx.take_passkey_challenge("b").await.unwrap(), Some(challenge(None, 200)));
    })
    .await;
}

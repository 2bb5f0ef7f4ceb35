//! What is encrypted or used up once, on both databases.

use crontopus_domain::RepositoryKind;
use crontopus_ids::{RepositoryId, TenantId, UserId};
use crontopus_store::testing::each;
use crontopus_store::{NewRepository, StoreError, SystemScope, TenantScope};

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

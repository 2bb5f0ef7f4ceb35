use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Facts, plain};

pub(crate) fn run(app: &App) -> Outcome {
    let client = app.client()?;
    let me = client.auth().me()?;
    app.screen.show(&me, || {
        let mut facts = Facts::default();
        facts.add("Server", client.base_url().to_string());
        let user = me.user.as_ref().map(|u| format!("{} <{}>", plain(&u.name), plain(&u.email)));
        facts.add("User", user.unwrap_or_else(|| "nobody; the token's maker has left".into()));
        facts.add("Tenant", plain(&me.tenant)).add("Role", me.role.to_string());
        facts.add(
            "Rights",
            match &me.scopes {
                Some(scopes) => scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
                None => "all of the role".into(),
            },
        );
        let others: Vec<_> =
            me.memberships.iter().map(|m| format!("{} ({})", plain(&m.tenant), m.role)).collect();
        if others.len() > 1 {
            facts.add("Tenants", others.join(", "));
        }
        facts.text(&app.screen)
    })
}

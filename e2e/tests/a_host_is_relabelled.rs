//! Labels say which jobs a host holds: with other labels it holds others.

use crontopus_e2e::{Scene, tell};

#[test]
fn and_its_jobs_move() -> anyhow::Result<()> {
    tell(|| {
        let scene = Scene::set()?;
        scene.write_jobs(&["first", "second"])?;
        scene.checkout.write("ops/web.yaml", &Scene::job("web").replace("role: db", "role: web"))?;
        scene.checkout.push_ok("Two for databases, one for the web")?;
        scene.entries(&["first", "second"])?;
        scene.relabel(&["role=web"])?;
        scene.entries(&["web"])?;
        scene.relabel(&["role=db"])?;
        scene.entries(&["first", "second"])
    })
}

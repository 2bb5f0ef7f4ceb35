//! Requests made by chance from the documents: valid ones, bent ones and broken ones. No answer is a 5xx, and
//! each is as the document says.
//!
//! `CRONTOPUS_FUZZ_REQUESTS` is how many each operation gets (200 without it), `CRONTOPUS_FUZZ_SEED` where chance
//! begins; a failure names the seed and the request.

use crontopus_http::access::{Row, TABLE, Tokens};
use serde_json::{Map, Value, json};

use crate::ask::{Ask, encode};
use crate::callers::Credential;
use crate::contract::{Contract, Operation};
use crate::seed::Tenant;
use crate::world::World;

const REQUESTS: u64 = 200;
/// Tests that share the operations, so that they run side by side.
const SHARES: usize = 6;

/// Chance that can be repeated (splitmix64, Steele and others 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// One time of `n`.
    fn rarely(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const TEXTS: [&str; 22] = [
    "",
    " ",
    "a",
    "0",
    "-1",
    "null",
    "..",
    "a/b",
    "é\u{202e}",
    "\u{0}",
    "'\"`;--",
    "{}",
    "%s%n",
    "ns/job",
    "every 5m",
    "* * * * *",
    "2026-11-24T12:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "-009999-01-02T01:59:59Z",
    "Europe/Berlin",
    "ctp_x",
    "run_01jdfx00000000000000000000",
];

fn nasty(chance: &mut Chance) -> Value {
    match chance.below(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(i64::MAX),
        3 => json!(i64::MIN),
        4 => json!(u64::MAX),
        5 => json!(1e308),
        6 => json!(-0.5),
        7 => json!([]),
        8 => json!({}),
        9 => json!("x".repeat(chance.below(5_000))),
        10 => json!([[[[[[1]]]]]]),
        _ => json!(*chance.pick(&TEXTS)),
    }
}

/// A value that a schema allows, mostly.
fn value(chance: &mut Chance, operation: &Operation, schema: &Value, depth: usize) -> Value {
    let schema = Contract::get().resolved(operation, schema);
    if chance.rarely(12) || depth > 6 {
        return nasty(chance);
    }
    for of in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[of].as_array() {
            let choice = chance.below(choices.len());
            return value(chance, operation, &choices[choice], depth + 1);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return chance.pick(words).clone();
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(fields) = value(chance, operation, part, depth + 1) {
                whole.extend(fields);
            }
        }
        return Value::Object(whole);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[chance.below(kinds.len())].clone(),
        kind => kind.clone(),
    };
    match kind.as_str() {
        Some("object") => object(chance, operation, schema, depth),
        Some("array") => {
            let many = chance.below(4);
            (0..many).map(|_| value(chance, operation, &schema["items"], depth + 1)).collect()
        }
        Some("integer") => {
            let choice =
                [json!(0), json!(1), json!(7), json!(60), json!(200), json!(-1), json!(i64::from(i32::MAX))];
            chance.pick(&choice).clone()
        }
        Some("number") => json!(chance.next() as f64 / 1e12),
        Some("boolean") => json!(chance.rarely(2)),
        Some("null") => Value::Null,
        _ => json!(*chance.pick(&TEXTS)),
    }
}

fn object(chance: &mut Chance, operation: &Operation, schema: &Value, depth: usize) -> Value {
    let mut object = Map::new();
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let wanted = if required.contains(&name.as_str()) { !chance.rarely(15) } else { chance.rarely(2) };
        if wanted {
            object.insert(name.clone(), value(chance, operation, field, depth + 1));
        }
    }
    if schema["additionalProperties"].is_object() {
        for _ in 0..chance.below(3) {
            let key = (*chance.pick(&TEXTS)).to_owned();
            object.insert(key, value(chance, operation, &schema["additionalProperties"], depth + 1));
        }
    } else if chance.rarely(25) {
        object.insert("surplus".to_owned(), nasty(chance));
    }
    Value::Object(object)
}

/// Bends one part of a value that is fine.
fn bent(chance: &mut Chance, mut whole: Value) -> Value {
    fn bend(chance: &mut Chance, value: &mut Value) {
        match value {
            Value::Object(map) if !map.is_empty() && !chance.rarely(4) => {
                let key = map.keys().nth(chance.below(map.len())).cloned().unwrap();
                if chance.rarely(3) {
                    map.remove(&key);
                } else {
                    bend(chance, map.get_mut(&key).unwrap());
                }
            }
            Value::Array(list) if !list.is_empty() && !chance.rarely(4) => {
                let at = chance.below(list.len());
                bend(chance, &mut list[at]);
            }
            other => *other = nasty(chance),
        }
    }
    bend(chance, &mut whole);
    whole
}

/// A request for the operation; `example` is one that is answered.
fn request(chance: &mut Chance, operation: &Operation, example: &Ask) -> Ask {
    let mut ask = example.clone();
    let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
    let mut query: Vec<String> = ask.query.split('&').filter(|p| !p.is_empty()).map(str::to_owned).collect();
    for parameter in parameters.iter().filter(|p| p["in"] == "query") {
        if chance.rarely(3) {
            let given = value(chance, operation, &parameter["schema"], 0);
            let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
            query.push(format!("{}={}", parameter["name"].as_str().unwrap(), encode(&text)));
        }
    }
    if chance.rarely(20) {
        query.push((*chance.pick(&["surplus=1", "=", "&&", "%", "a=%FF", "limit=1&limit=2"])).to_owned());
    }
    ask.query = query.join("&");
    if chance.rarely(6) {
        let parts: Vec<&str> = operation.template.split('/').collect();
        let holes: Vec<usize> = (0..parts.len()).filter(|n| parts[*n].starts_with('{')).collect();
        if !holes.is_empty() {
            let mut filled: Vec<String> = ask.path.split('/').map(str::to_owned).collect();
            let text = *chance.pick(&TEXTS);
            filled[*chance.pick(&holes)] =
                if text.is_empty() || text.starts_with('.') { "x".into() } else { encode(text) };
            ask.path = filled.join("/");
        }
    }
    let schema = &operation.value["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_object() {
        let fine = serde_json::from_slice(&ask.body).unwrap_or(Value::Null);
        let body = match chance.below(4) {
            0 => fine,
            1 => bent(chance, fine),
            _ => value(chance, operation, schema, 0),
        };
        ask = ask.json(&body);
        if chance.rarely(10) {
            ask.body.truncate(chance.below(ask.body.len()));
        }
        if chance.rarely(15) && !ask.body.is_empty() {
            let at = chance.below(ask.body.len());
            ask.body[at] = chance.next() as u8;
        }
        if chance.rarely(20) {
            ask.kind = Some(
                (*chance.pick(&["text/plain", "application/xml", "application/json; charset=latin1"])).into(),
            );
        }
    } else if chance.rarely(3) {
        ask = ask.raw("text/plain", "x".repeat(chance.below(2_000)));
    }
    ask
}

/// What a setting of the environment says.
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

async fn credential(world: &World, tenant: &Tenant, row: &Row) -> Credential {
    match row {
        Row { agent: true, .. } => Credential::Signature(Box::new(world.host(&tenant.owner, false).await)),
        Row { tokens: Tokens::None, .. } => {
            Credential::Session(world.member(&tenant.owner, crontopus_app::access::Role::Owner).await.1)
        }
        _ => Credential::Token(world.api_token(&tenant.owner, crontopus_app::access::Scope::ALL).await),
    }
}

async fn share(number: usize) {
    let seed = setting("CRONTOPUS_FUZZ_SEED", 1);
    let requests = setting("CRONTOPUS_FUZZ_REQUESTS", REQUESTS);
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    for (at, row) in TABLE.iter().enumerate().filter(|(at, _)| at % SHARES == number) {
        let operation = Contract::get().operation(row.operation);
        let mut chance = Chance(seed.wrapping_mul(1_000_003).wrapping_add(at as u64));
        let mut by = credential(&world, &tenant, row).await;
        let mut example = world.example(&tenant, row.operation).await;
        for n in 0..requests {
            if n % 20 == 19 {
                world.pass_minutes(2);
                example = world.example(&tenant, row.operation).await;
            }
            let ask = request(&mut chance, operation, &example);
            let reply = world.send(&ask, &by).await;
            let what = || format!("seed {seed}, {} {n}: {ask:?}\n{}", row.operation, reply.text());
            assert!(reply.status < 500, "{}", what());
            // A credential that ended itself.
            if reply.status == 401 && !row.anonymous {
                by = credential(&world, &tenant, row).await;
            }
        }
    }
}

macro_rules! shares {
    ($($name:ident $number:literal)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            share($number).await;
        }
    )+};
}

shares! { share_0 0 share_1 1 share_2 2 share_3 3 share_4 4 share_5 5 }

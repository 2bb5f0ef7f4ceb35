use crontopus_ids::IncidentId;
use crontopus_store::{Delivery, DeliveryBacklog, DeliveryFilter, Listed, Paging};

use crate::access::Actor;
use crate::{App, Result};

/// More deliveries of one incident are not shown with it.
const OF_INCIDENT: u32 = 200;

impl App {
    /// What was and is to be told, newest first.
    pub async fn list_deliveries(
        &self,
        actor: &Actor,
        filter: &DeliveryFilter,
        paging: &Paging,
    ) -> Result<Listed<Delivery>> {
        Ok(self.read(actor.tenant_id).await?.list_deliveries(filter, paging).await?)
    }

    /// What was and is to be told about one incident, oldest first.
    pub async fn list_incident_deliveries(&self, actor: &Actor, id: IncidentId) -> Result<Vec<Delivery>> {
        let filter = DeliveryFilter { incident: Some(id), ..DeliveryFilter::default() };
        let mut rows = self.list_deliveries(actor, &filter, &Paging::first(OF_INCIDENT)).await?.rows;
        rows.reverse();
        Ok(rows)
    }

    /// What waits to be sent for the tenant.
    pub async fn get_delivery_backlog(&self, actor: &Actor) -> Result<DeliveryBacklog> {
        Ok(self.read(actor.tenant_id).await?.delivery_backlog().await?)
    }
}

-- What people wrote into the timelines of incidents, found without reading the rest of a long one.
CREATE INDEX incident_events_notes ON incident_events (tenant_id, incident_id, at, id) WHERE kind = 'note';

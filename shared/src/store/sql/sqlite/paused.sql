select tenant as name, 'tenant' as kind from tenants where paused
union all select extract, 'extract' from paused_extracts

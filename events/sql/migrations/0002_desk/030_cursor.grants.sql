GRANT SELECT ON cursor TO incumbent_application;

"""What people look at instead of JSON: sentences, pictures, tables, feeds. All pure: values in, text out."""

"""Rasters, one module a format: GeoTIFF, NetCDF, text grids, folders of years, published inventories."""

"""The tests tell a story: shape, access, services, screens, flows, browser."""
